export interface Scheduled {
  readonly every: number;
  /** Whether the first run begins now, and not after that time. */
  readonly atOnce?: boolean;
  readonly run: () => Promise<unknown>;
  readonly onError: (error: unknown) => void;
}

export interface Schedule {
  /** Starts no more runs and lets the running one end. */
  stop(): Promise<void>;
}

/** Runs something every so many milliseconds; a run that is due while another is under way is left out. */
export function startSchedule({ every, atOnce = false, run, onError }: Scheduled): Schedule {
  let running: Promise<unknown> | undefined;
  const start = (): void => {
    running ??= run()
      .catch(onError)
      .finally(() => {
        running = undefined;
      });
  };
  if (atOnce) start();
  const timer = setInterval(start, every).unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
