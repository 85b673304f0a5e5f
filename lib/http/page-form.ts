import {
  type Control,
  controlName,
  MAX_CONTROLS,
  type PageChange,
  type PageFault,
} from '../domain/page-change.ts';
import { CHANNEL_PATTERN, TOPIC, TOPIC_PATTERN } from '../domain/topic.ts';
import { bytesOf, type HttpEvent, sizeOf } from './message.ts';

/** A page's form is larger than what it changes: it names every control. Bytes. */
const MOST_BYTES = 256 * 1024;

/** What was sent, as far as it can be read; what cannot be is a fault, and stands in the way of nothing else. */
export interface PageForm {
  readonly change: PageChange;
  readonly faults: readonly PageFault[];
}

/** No such version: what was shown is not known. */
const NO_VERSION = Number.MAX_SAFE_INTEGER;

/** Reads the form of the preference centre: each control in `shown`, and those that are on in `on`. */
export function readPageForm(event: HttpEvent): PageForm {
  const fields = new URLSearchParams(sizeOf(event) > MOST_BYTES ? '' : bytesOf(event).toString());
  const shown = [...new Set([...fields.getAll('shown'), ...fields.getAll('on')])];
  const on = new Set(fields.getAll('on'));
  const controls = shown.slice(0, MAX_CONTROLS).flatMap((name) => controlOf(name, on.has(name)));
  const version = versionIn(fields.get('version') ?? '');
  const stop = stopIn(fields.getAll('stop'));
  const change: PageChange = {
    version: version ?? NO_VERSION,
    controls,
    preferences: preferencesIn(fields),
    ...(stop !== undefined && { stop }),
    notice: noticeIn(fields.get('notice') ?? ''),
  };
  const unread: readonly PageFault[] =
    controls.length === shown.length ? [] : [{ field: 'controls', code: 'field' }];
  const undrawn: readonly PageFault[] = version === undefined ? [{ field: 'version', code: 'version' }] : [];
  return { change, faults: [...undrawn, ...unread] };
}

function controlOf(name: string, on: boolean): Control[] {
  const [topic = '', channel = ''] = name.split(' ');
  const control = { topic, channel, on };
  const whole = controlName(control) === name && topic.length <= 210;
  return whole && TOPIC.test(topic) && CHANNEL_PATTERN.test(channel) ? [control] : [];
}

const versionIn = (text: string): number | undefined =>
  /^(0|[1-9][0-9]{0,9})$/.test(text) ? Number(text) : undefined;

/** A button that was pressed. What is no pattern was on no button of ours: whoever sent it meant to stop something. */
function stopIn(values: readonly string[]): string | undefined {
  const [first] = values;
  return (
    values.find((value) => value.length <= 210 && TOPIC_PATTERN.test(value)) ?? (first ? '*' : undefined)
  );
}

const PREFERENCE = 'preference:';

/** An answer that was left open is none. */
const preferencesIn = (fields: URLSearchParams): PageChange['preferences'] =>
  [...new Map(fields)]
    .filter(([name, value]) => name.startsWith(PREFERENCE) && name.length > PREFERENCE.length && value !== '')
    .slice(0, 100)
    .map(([name, value]) => ({
      key: name.slice(PREFERENCE.length).slice(0, 260),
      value: value.slice(0, 64),
    }));

/** `marketing/4/en` */
function noticeIn(text: string): PageChange['notice'] {
  const [id = '', version = '', language = ''] = text.slice(0, 200).split('/');
  return { id, version, language };
}
