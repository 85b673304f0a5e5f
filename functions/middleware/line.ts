/** Writes one structured log line. Nothing in it may be an address, a token or a body. */
export type WriteLine = (line: Readonly<Record<string, unknown>>) => void;

export const printLine: WriteLine = (line) => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};
