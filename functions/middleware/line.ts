/** Writes one structured log line. Nothing in it may be an address, a token or a body. */
export type WriteLine = (line: Readonly<Record<string, unknown>>) => void;

export const printLine: WriteLine = (line) => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

/** A log line that CloudWatch also reads as metrics (Embedded Metric Format). `at`: ms. */
export const metricLine = (
  at: number,
  dimensions: Readonly<Record<string, string>>,
  metrics: Readonly<Record<string, number>>,
): Readonly<Record<string, unknown>> => ({
  _aws: {
    Timestamp: at,
    CloudWatchMetrics: [
      {
        Namespace: 'Heed',
        Dimensions: [Object.keys(dimensions)],
        Metrics: Object.keys(metrics).map((name) => ({ Name: name, Unit: 'Count' })),
      },
    ],
  },
  ...dimensions,
  ...metrics,
});
