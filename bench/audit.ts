import { Pool } from 'undici';
import * as z from 'zod';
import shipped from '../heed.config.ts';
import { only } from '../lib/config.ts';
import { toIso } from '../lib/domain/time.ts';
import { type Api, apiAt } from '../local/demo/api.ts';
import { type Engine, startEngine } from '../local/engine.ts';
import { pause } from '../local/pause.ts';
import { simulators } from '../test/simulators/index.ts';
import { askThePage } from './audit-page.ts';
import { atMost, type Report } from './report.ts';
import { type Pace, quantile } from './rounds.ts';
import { aChange, subjectOf } from './sample.ts';

/** One destination that keeps a state, one that is told every version: what more of them cost, `deliver` measures. */
const config = only(shipped, ['hubspot', 'webhook']);

const VERSIONS = 5;
const AT_ONCE = 48;
const PROMISED = 200;

/** Each question of an auditor, asked over HTTP of an engine that holds 100,000 versions of 20,000 people. */
export async function benchAudit({ rounds }: Pace): Promise<Report> {
  const people = rounds < 10 ? 2_000 : 20_000;
  const warn = (line: string): void => console.error(line);
  const engine = await startEngine({ config, port: 0, vendors: simulators, warn, line: () => undefined });
  const api = apiAt(engine.url);
  const begun = performance.now();
  const during = await seed(engine, api, people);
  const audit = await api.token({ scope: 'audit:read preferences:read' });
  await atRest(engine, api, audit);
  const seconds = (performance.now() - begun) / 1000;
  const rows = [];
  const asking = { api, token: audit, people, during };
  for (const question of [...pastOf(asking), ...questionsOf(asking)])
    rows.push(await asked(question, rounds * 20));
  const onPage = await askThePage({
    url: engine.url,
    person: (turn) => nameOf(turn * 7919, people),
    emailOf,
    moment: (turn) => momentIn(during, turn),
    times: rounds * 10,
    newest: VERSIONS,
  });
  await api.close();
  await engine.stop();
  return {
    tables: [
      {
        title: `What an auditor asks of ${people} people with ${people * VERSIONS} versions, by the API`,
        rows,
      },
      { title: 'The same on the page: from the click until the answer is painted', rows: onPage },
      {
        title: 'Until all of it was recorded, delivered, searchable and in a checkpoint',
        rows: [{ versions: people * VERSIONS, seconds }],
      },
    ],
    aims: [
      atMost(
        'the API answers every question within 200 ms (p99)',
        PROMISED,
        Object.fromEntries(rows.map((row) => [row.question, row['p99, ms']])),
      ),
      atMost(
        'the page shows every answer within 200 ms (p50)',
        PROMISED,
        Object.fromEntries(onPage.map((row) => [row.question, row['p50, ms']])),
      ),
      atMost(
        'the page shows every answer within 200 ms (p99)',
        PROMISED,
        Object.fromEntries(onPage.map((row) => [row.question, row['p99, ms']])),
      ),
    ],
  };
}

const emailOf = (subject: string): string => `${subject}@example.com`;
const nameOf = (turn: number, people: number): string => subjectOf('person', turn, people);

/** Every person five times: the first change names an address; every fifth person's last one is a withdrawal told a month late. */
async function seed({ url }: Engine, api: Api, people: number): Promise<During> {
  const from = Date.now();
  const token = await api.token({ scope: 'preferences:write' });
  const pool = new Pool(url, { connections: AT_ONCE });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  let turn = 0;
  const one = async (): Promise<void> => {
    for (let at = turn++; at < people * VERSIONS; at = turn++) {
      const path = `/v1/subjects/${nameOf(at, people)}/changes`;
      const body = JSON.stringify(changeOf(at, people));
      const { statusCode, body: answer } = await pool.request({ method: 'POST', path, headers, body });
      const text = await answer.text();
      if (statusCode !== 201) throw new Error(`${statusCode} ${text}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  await pool.close();
  return { from, to: Date.now() };
}

/** When the first and the last version were recorded. */
interface During {
  readonly from: number;
  readonly to: number;
}

const shareOf = ({ from, to }: During, share: number): string =>
  toIso(from + Math.round(share * (to - from)));

/** Moments all over that time. */
const momentIn = (during: During, turn: number): string => shareOf(during, ((turn * 37) % 100) * 0.01);

const MONTH = 30 * 24 * 3_600_000;

function changeOf(at: number, people: number) {
  const round = Math.floor(at / people);
  const change = aChange(at + round);
  if (round === 0) return { ...change, identifiers: { email: emailOf(nameOf(at, people)) } };
  if (round < VERSIONS - 1 || at % 5 > 0) return change;
  const [{ topic = '*' } = {}] = change.choices ?? [];
  return {
    choices: [{ topic, channel: 'email', state: 'withdrawn' }],
    evidence: { ...change.evidence, occurredAt: toIso(Date.now() - MONTH) },
  };
}

const Searched = z.object({ indexedUpTo: z.string().nullable() });
const Checkpoints = z.object({ checkpoints: z.array(z.object({ to: z.string() })) });

/** Waits until nothing is under way any more. */
async function atRest(engine: Engine, api: Api, token: string): Promise<void> {
  const last = toIso(Date.now());
  for (;;) {
    const lanes = await Promise.all(
      engine.app.laneList.map(({ destination }) => engine.app.unfinished(destination.id)),
    );
    const search = Searched.parse((await api.get('/v1/search?limit=1', token)).body);
    const { checkpoints } = Checkpoints.parse((await api.get('/v1/checkpoints?limit=1', token)).body);
    const searchable = (search.indexedUpTo ?? '') > last;
    const proved = (checkpoints[0]?.to ?? '') > last;
    if (searchable && proved && lanes.every(({ underWay }) => underWay === 0)) return;
    await pause(1000);
  }
}

interface Question {
  readonly question: string;
  readonly ask: (turn: number) => Promise<unknown>;
}

interface Asking {
  readonly api: Api;
  readonly token: string;
  readonly people: number;
  readonly during: During;
}

const Resolved = z.object({ choices: z.array(z.object({ topic: z.string(), state: z.string() })) });

/** What one late arrival changed: the answers are looked at, so that nothing quick and wrong is measured. */
function pastOf({ api, token, people, during }: Asking): readonly Question[] {
  const twoWeeksAgo = toIso(during.from - MONTH / 2);
  const ask = async (turn: number, query: string, expected: readonly object[]): Promise<void> => {
    const path = `/v1/subjects/${nameOf(turn * 5, people)}?validAt=${twoWeeksAgo}${query}`;
    const { choices } = Resolved.parse((await api.get(path, token)).body);
    const said = JSON.stringify(choices);
    if (said !== JSON.stringify(expected)) throw new Error(`Heed answers ${said} of two weeks ago`);
  };
  return [
    {
      question: 'what she had agreed to two weeks ago, of which Heed was told since',
      ask: (turn) => {
        const [choice] = changeOf(people * (VERSIONS - 1) + ((turn * 5) % people), people).choices ?? [];
        return ask(turn, '', [{ topic: choice?.topic, state: choice?.state }]);
      },
    },
    {
      question: 'the same, as far as was known before',
      ask: (turn) => ask(turn, `&knownAt=${shareOf(during, (turn % 50) * 0.01)}`, []),
    },
  ];
}

function questionsOf({ api, token, people, during }: Asking): readonly Question[] {
  const person = (turn: number): string => `/v1/subjects/${nameOf(turn * 7919, people)}`;
  const get = async (path: string): Promise<void> => {
    const { status } = await api.get(path, token);
    if (status !== 200) throw new Error(`${status} ${path.replace(/person-\d+/, '…')}`);
  };
  const past = (turn: number): string => momentIn(during, turn);
  const search = (query: string) => () => get(`/v1/search?limit=50&${query}`);
  return [
    {
      question: 'what had she agreed to, as far as was known',
      ask: (turn) => get(`${person(turn)}?validAt=${past(turn)}&knownAt=${past(turn * 3)}`),
    },
    { question: 'where it came from', ask: (turn) => get(`${person(turn)}/history`) },
    { question: 'who was told of a version', ask: (turn) => get(`${person(turn)}/deliveries?version=5`) },
    { question: 'what each had then', ask: (turn) => get(`${person(turn)}/deliveries?at=${past(turn)}`) },
    { question: 'its recipients', ask: (turn) => get(`${person(turn)}/recipients`) },
    { question: 'its proof', ask: (turn) => get(`${person(turn)}/proofs`) },
    {
      question: 'her evidence pack',
      ask: async (turn) => {
        const { status } = await api.post(`${person(turn)}/evidence-packs`, {}, { token });
        if (status !== 200) throw new Error(`${status} for an evidence pack`);
      },
    },
    { question: 'the newest 50 of all', ask: search('') },
    { question: '50 of a topic and state', ask: search('topic=acme/newsletter&state=withdrawn') },
    { question: '50 of a source and notice', ask: search('source=preference-center&notice=marketing/3') },
    { question: '50 delivered to a destination', ask: search('destination=hubspot&outcome=delivered') },
  ];
}

async function asked({ question, ask }: Question, times: number) {
  const took: number[] = [];
  for (let turn = 0; turn < times; turn++) {
    const begun = performance.now();
    await ask(turn);
    took.push(performance.now() - begun);
  }
  return { question, asked: times, 'p50, ms': quantile(took, 0.5), 'p99, ms': quantile(took, 0.99) };
}
