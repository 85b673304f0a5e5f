/** The views of the console, in the order of its menu; a person has no place in it. */
export const VIEWS = [
  'find',
  'search',
  'packs',
  'audits',
  'grants',
  'recipients',
  'checkpoints',
  'person',
] as const;
export type View = (typeof VIEWS)[number];
