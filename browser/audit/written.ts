/** What somebody wrote: a time, an id. */

/** A day, optionally a time of it, optionally an offset; without one it is UTC. */
const WRITTEN =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?) ?(Z|UTC|[+-]\d{2}:?\d{2})?)?$/i;

/** What somebody wrote as a time, ms. Undefined: it is none, as 30 February is. */
export function timeIn(text: string): number | undefined {
  const [, day, time = '00:00', offset = 'Z'] = WRITTEN.exec(text.trim()) ?? [];
  if (day === undefined || !isDay(day)) return undefined;
  const at = Date.parse(`${day}T${time}${offset.toUpperCase() === 'UTC' ? 'Z' : offset}`);
  return Number.isNaN(at) ? undefined : at;
}

/** `Date.parse` takes the 30th of February for the 2nd of March. */
function isDay(day: string): boolean {
  const at = Date.parse(`${day}T00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
}

const ID = /^[A-Za-z0-9._:-]{1,128}$/;
const PHONE = /^[0-9][0-9.-]{6,18}[0-9]$/;

/** Whether it may be a subject's id. An e-mail address or a phone number is none, and belongs in no address. */
export const isId = (text: string): boolean => ID.test(text) && !PHONE.test(text);
