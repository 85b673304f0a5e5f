import type { Card } from '../../lib/destinations/card.ts';
import type { Destination } from '../../lib/destinations/destination.ts';
import { authWords, reportWords } from './auth-words.ts';
import { type Field, fieldsOf } from './fields.ts';
import { notServed, systemsNotServed } from './not-served.ts';

/** A destination with its card. */
export interface Carded {
  readonly destination: Destination;
  readonly card: Card;
}

/** `docs/destinations.md`. */
export const pageOf = (all: readonly Carded[]): string =>
  `${[INTRODUCTION, contents(all), HOW_TO_READ, ...all.map(section), notServed].join('\n\n')}\n`;

const INTRODUCTION = `# Destinations

<!-- Written by \`npm run cards\` from lib/destinations/: edit a definition or its card there, not this page. -->

Every system Heed delivers to: what it can hold, what it cannot, what to set up, and how its own unsubscribes come back.
What makes all of them alike (order, retries, evidence, silence that is never a no) is in
[architecture.md](architecture.md); how to add another in [adding-a-destination.md](adding-a-destination.md).`;

const HOW_TO_READ = `**How to read a card.** *By itself*: the system has an object for it. *In fields you add*: somebody has to create a field or an
attribute there first. *Cannot be told*: do not rely on it. Settings go into \`config/destinations/\` under
\`<id>.settings\`, and are checked at start. Secrets go into the destination's secret; an \`endpoint\` beside
them moves every request to a sandbox. What is *not confirmed* was not found in the vendor's documentation and could not
be tried on a live account: it is a setting with a stated default, or it is said what follows.`;

const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');

const contents = (all: readonly Carded[]): string =>
  table(
    ['id', 'system', 'told', 'channels', 'goes by', 'items a request', 'reports back'],
    [
      ...all.map(({ destination }) => {
        const { id, title, kind, limits } = destination;
        return [
          ...[`\`${id}\``, `[${title}](#${anchorOf(title)})`, TOLD[kind]],
          ...[
            channelsOf(destination),
            identifiersOf(destination),
            String(limits.batch),
            reportWords(destination),
          ],
        ];
      }),
      ...systemsNotServed.map((title) => ['–', `[${title}](#not-served)`, 'not served', '–', '–', '–', '–']),
    ],
  );

const TOLD = {
  state: 'the newest state',
  log: 'every version',
  watch: 'how the other lanes fare',
} as const;

const channelsOf = ({ kind, channels }: Destination): string => {
  if (kind === 'watch') return '–';
  return channels === 'all' ? 'all' : channels.join(', ');
};

const identifiersOf = ({ kind, identifiedBy }: Destination): string => {
  if (kind === 'watch') return '–';
  return identifiedBy.length === 0 ? 'the subject' : identifiedBy.join(', ');
};

function section({ destination, card }: Carded): string {
  const { id, title } = destination;
  return [
    `## ${title}\n\n${card.about}`,
    facts(destination),
    list('By itself', card.native),
    list('In fields you add', card.custom),
    list('Cannot be told', card.cannot),
    list('What to ask for', card.access),
    list('Published limits', card.limits),
    list('Where evidence goes', card.evidence, 'Nowhere: it has no fields for it.'),
    list('The way back', card.reports, 'It reports nothing of its own accord.'),
    erasureOf(destination, card),
    fieldsTable(`Settings (\`destinations.${id}.settings\`)`, fieldsOf(destination.settings)),
    fieldsTable('Secret', fieldsOf(destination.secret)),
    list(
      'Confirmed by',
      card.confirmed.map(({ fact, source }) => `${fact} ${sourceOf(source)}`),
    ),
    list(
      'Not confirmed',
      card.unconfirmed.map(({ doubt, setting }) =>
        setting === undefined ? doubt : `${doubt} Setting: \`${setting}\`.`,
      ),
    ),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** What becomes there of a person whom Heed erases. */
function erasureOf(destination: Destination, { erased = [] }: Card): string {
  if (destination.kind === 'watch') return '';
  return list('A person who is erased', erased, destination.kind === 'log' ? NEVER_ADDRESSED : SUPPRESSED);
}

const NEVER_ADDRESSED =
  'No address was ever sent here: its rows and messages name people by an opaque id. It is told that everything is ' +
  'withdrawn, with the method `erasure`, by which whoever reads it knows what to do with what else they keep under that id.';

const SUPPRESSED =
  'Is told that everything is withdrawn. Heed does not erase here: whatever else this system holds of her is for whoever ' +
  'runs it to erase.';

function facts(destination: Destination): string {
  const { id, kind, limits, impact } = destination;
  const { perSecond, concurrency, batch, settleAfter } = limits;
  const pace = `at most ${perSecond} requests a second by ${concurrency} workers, ${people(batch)} a request`;
  return table(
    ['id', `\`${id}\``],
    [
      ...(kind === 'watch'
        ? [['is told', TOLD[kind]]]
        : [
            ['is told', `${TOLD[kind]}, on ${channelsOf(destination)}`],
            ['goes by', identifiersOf(destination)],
          ]),
      ['proves itself with', authWords(destination)],
      ['pace', settleAfter > 0 ? `${pace}; what was sent has effect within ${settleAfter} s` : pace],
      ['reports its own unsubscribes', reportWords(destination)],
      ['while it is not told', impact],
    ],
  );
}

const people = (count: number): string => (count === 1 ? 'one item' : `${count} items`);

const list = (title: string, lines: readonly string[], otherwise = ''): string => {
  if (lines.length === 0 && otherwise === '') return '';
  const shown = lines.length === 0 ? otherwise : lines.map((line) => `- ${line}`).join('\n');
  return `**${title}**\n\n${shown}`;
};

const fieldsTable = (title: string, fields: readonly Field[]): string => {
  if (fields.length === 0) return `**${title}**: none.`;
  const said = fields.some(({ meaning }) => meaning !== undefined);
  const rows = fields.map(({ name, meaning = '', value, needed, standard }) => [
    ...[`\`${name}\``, ...(said ? [meaning] : []), value],
    standard === undefined ? (needed ? 'must be given' : 'may be left out') : `\`${standard}\``,
  ]);
  return `**${title}**\n\n${table(['name', ...(said ? ['what it is'] : []), 'value', 'default'], rows)}`;
};

const sourceOf = (source: string): string =>
  source.startsWith('https://') ? `(<${source}>)` : `(${source})`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
