import { type IndexOptions, type IndexPorts, indexVersions } from '../lib/flow/index-versions.ts';
import { catalogue, clock, indexMarks, onLambda, records, searchIndex } from './app.ts';
import { metricLine, printLine, type WriteLine } from './middleware/line.ts';
import { worker } from './middleware/worker.ts';

export interface IndexApp {
  readonly ports: IndexPorts;
  readonly options?: IndexOptions;
  readonly line?: WriteLine;
}

/** Makes what was recorded searchable, and tells how far behind that is. */
export const indexer = ({ ports, options, line = printLine }: IndexApp) =>
  worker<unknown, void>('index', line).handler(async () => {
    const { indexed: Indexed, missed, upTo } = await indexVersions(ports)(options);
    const now = ports.clock.now();
    const BehindSeconds = Math.round((now - upTo) / 1000);
    line(metricLine(now, { function: 'index' }, { Indexed, Missed: missed.length, BehindSeconds }));
    for (const { subject, version } of missed)
      line({ level: 'warn', message: 'not searchable', function: 'index', subject, version });
  });

export const handler = onLambda(() =>
  indexer({
    ports: { catalogue, clock, records: records(), index: searchIndex(), marks: indexMarks() },
  }),
);
