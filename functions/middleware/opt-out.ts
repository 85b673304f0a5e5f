import { OWN_SOURCE } from '../../lib/domain/own-source.ts';
import type { AcceptPorts } from '../../lib/flow/accept.ts';
import { carriesSignal, honourSignal } from '../../lib/flow/signal.ts';
import type { HttpEvent } from '../../lib/http/message.ts';
import type { Centre } from '../../lib/page/centre.ts';

export interface OptOutApp extends AcceptPorts {
  readonly centre: Pick<Centre, 'settings'>;
}

/** `none`: the request carries no signal, or nothing is declared that it would stop. */
export type OptOut = 'none' | 'honoured' | 'busy';

/** Browsers fetch ahead what nobody has opened yet (https://wicg.github.io/nav-speculation/prefetch.html). */
const isAhead = ({ headers }: HttpEvent): boolean =>
  /\bprefetch\b/i.test(`${headers['sec-purpose'] ?? ''} ${headers['purpose'] ?? ''}`);

/** Honours a browser's opt-out signal (Global Privacy Control) on a request of the person herself. */
export async function honourOptOut(app: OptOutApp, event: HttpEvent, subject: string): Promise<OptOut> {
  const { signal: topics } = app.centre.settings;
  if (topics.length === 0 || !carriesSignal(event.headers['sec-gpc'])) return 'none';
  if (isAhead(event)) return 'none';
  const caller = { sources: [OWN_SOURCE, 'heed'] };
  const { kind } = await honourSignal(app)({ subject, topics, caller });
  return kind === 'honoured' ? 'honoured' : 'busy';
}
