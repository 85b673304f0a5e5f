import { SingleBar } from 'cli-progress';

/** How far something is, on a terminal as a bar and elsewhere as a line at every fifth. */
export interface Progress {
  readonly to: (value: number) => void;
  readonly end: () => void;
}

export interface ProgressOptions {
  readonly title: string;
  readonly total: number;
  readonly say: (line: string) => void;
  readonly stream: NodeJS.WriteStream;
}

export const progressOf = (options: ProgressOptions): Progress =>
  options.stream.isTTY ? barOf(options) : linesOf(options);

function barOf({ title, total, stream }: ProgressOptions): Progress {
  const format = `${title.padEnd(26)} {bar} {percentage}%  {value}/{total}`;
  const bar = new SingleBar({
    format,
    stream,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
  });
  bar.start(total, 0);
  return { to: (value) => bar.update(value), end: () => bar.stop() };
}

const FIFTHS = 5;

function linesOf({ title, total, say }: ProgressOptions): Progress {
  let told = -1;
  const to = (value: number): void => {
    const fifth = total === 0 ? FIFTHS : Math.floor((value * FIFTHS) / total);
    if (fifth <= told) return;
    told = fifth;
    say(`${title}: ${value} of ${total}`);
  };
  return { to, end: () => undefined };
}
