import { confirmations } from '../functions/confirmations.ts';
import type { WriteLine } from '../functions/middleware/line.ts';
import { functionsFor } from '../functions/registry.ts';
import type { HeedConfig } from '../lib/config.ts';
import { EVENT_SOURCE } from '../lib/domain/event.ts';
import type { TokenSecret } from '../lib/http/own-tokens.ts';
import type { App } from './app.ts';
import type { Bus } from './bus.ts';
import { contextFor } from './context.ts';
import type { Opened } from './opened.ts';
import type { BusEvent } from './put-events.ts';

export interface SubscriberOptions {
  readonly app: App;
  readonly config: HeedConfig;
  readonly bus: Bus;
  readonly tokens: TokenSecret;
  readonly line: WriteLine;
}

type Subscriber = (event: BusEvent) => Promise<unknown>;

/**
 * Hands events on the bus to the functions that subscribe to them. Events may come before it is known where people reach
 * this engine, and their links lead there: they wait until `open` says it.
 */
export function startSubscribers(options: SubscriberOptions, opened: Opened): (publicUrl: string) => void {
  let open: (publicUrl: string) => void = () => undefined;
  let close: (reason: Error) => void = () => undefined;
  const reached = new Promise<string>((resolve, reject) => {
    open = resolve;
    close = reject;
  });
  const ready = reached.then((publicUrl) => subscribersOf(options, publicUrl));
  ready.catch(() => undefined);
  opened.add('the subscribers', () => close(new Error('the engine was stopped')));
  for (const { name, trigger } of functionsFor(options.config)) {
    if (trigger.kind !== 'subscriber') continue;
    const pattern = { source: [EVENT_SOURCE], 'detail-type': [trigger.event] };
    options.bus.addRule({ name, pattern, target: async (event) => (await ready)[name]?.(event) });
  }
  return open;
}

/** By the names of the registry, as Lambda would run them. */
function subscribersOf(
  { app, config, tokens, line }: SubscriberOptions,
  publicUrl: string,
): Readonly<Record<string, Subscriber>> {
  const { catalogue, outbox: mailer } = app;
  const { brands, topics, preferenceCentre: settings } = config;
  const centre = { catalogue, brands, topics, settings };
  const confirm = confirmations({ ...app, mailer, centre, publicUrl, line, secret: async () => tokens });
  return { confirmations: (event) => confirm(event, contextFor('confirmations')) };
}
