/**
 * What people write to stop, to start and to be helped. `firm`: stops wherever it begins a message. `likely`: also said of
 * other things, so it stops only a short message that begins with it, or one that says little else. `bare`: an everyday
 * word too, and a stop only where nothing else is said. `demands`: nothing but a stop, wherever it stands.
 */
export interface KeywordWords {
  readonly firm: readonly string[];
  readonly likely: readonly string[];
  readonly bare: readonly string[];
  readonly demands: readonly string[];
  readonly starts: readonly string[];
  readonly helps: readonly string[];
  /** Turn what follows into its opposite. A plain no is not among them: `no, stop`. */
  readonly negations: readonly string[];
  /** Courtesies, which say nothing at all. */
  readonly polite: readonly string[];
  /** What may stand around a stop without making it about something else. */
  readonly around: readonly string[];
}

/** Words and phrases, as they are listed. */
export const list = (text: string): readonly string[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
