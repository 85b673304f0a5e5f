/** ISO 8601 in UTC with milliseconds: the one form in which Heed keeps times. */
export const toIso = (ms: number): string => new Date(ms).toISOString();

/** Milliseconds of an ISO time. */
export const toMs = (iso: string): number => Date.parse(iso);

/** A year has four digits. */
const TIME_LENGTH = '2026-01-01T00:00:00.000Z'.length;

/** Whether it is a time as Heed keeps it. */
export const isTime = (text: string): boolean => {
  const ms = toMs(text);
  return text.length === TIME_LENGTH && !Number.isNaN(ms) && toIso(ms) === text;
};

/** Beyond it a year has five digits, and times no longer compare as texts. */
export const LAST_MOMENT = Date.UTC(10_000, 0) - 1;

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** What is recorded later leaves no room for what is said after it: that is dated later still. */
const LAST_RECORDING = LAST_MOMENT - 365 * DAY;

/** Whether much can be recorded after it: what is put in the place of a broken version is dated after the last one that counts. */
export const leavesRoom = (text: string): boolean => toMs(text) < LAST_RECORDING - 365 * DAY;

/** Whether something can have been recorded then. */
export const isRecordingTime = (text: string): boolean => isTime(text) && toMs(text) < LAST_RECORDING;
