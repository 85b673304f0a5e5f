/** ISO 8601 in UTC with milliseconds: the one form in which Heed keeps times. */
export const toIso = (ms: number): string => new Date(ms).toISOString();

/** Milliseconds of an ISO time. */
export const toMs = (iso: string): number => Date.parse(iso);

/** Whether it is a time as Heed keeps it. */
export const isTime = (text: string): boolean => {
  const ms = toMs(text);
  return !Number.isNaN(ms) && toIso(ms) === text;
};

/** Beyond it a year has five digits, and times no longer compare as texts. */
export const LAST_MOMENT = Date.UTC(10_000, 0) - 1;

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
