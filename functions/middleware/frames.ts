/** Where an error was thrown. Its message is left out: it may quote what was being read. */
export const framesOf = (error: Error | null): readonly string[] =>
  (error?.stack ?? '')
    .split('\n')
    .map((frame) => frame.trim())
    .filter((frame) => frame.startsWith('at '))
    .slice(0, 8);
