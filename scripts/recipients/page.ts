import type { Registered } from '../../lib/flow/recipients.ts';

/** `docs/recipients.md`: the register of recipients as a page. */
export const registerPage = (register: readonly Registered[]): string =>
  `${[INTRODUCTION, table(register), missing(register)].join('\n\n')}\n`;

const INTRODUCTION = `# Recipients

<!-- Written by \`npm run recipients\` from heed.config.ts: edit the configuration, not this page. -->

To whom Heed passes on what people chose: the recipients, purposes, categories of data, countries and safeguards that
Article 30(1) of the GDPR wants on record. Who of them was told of one person, and when, is answered by
\`GET /v1/subjects/{subject}/recipients\` (Articles 15 and 19); this table by \`GET /v1/recipients\`. What becomes of a person
who is erased: *erase*, where Heed has the system erase her; *suppress*, where it is told that everything is withdrawn, and
whatever else it holds of her is for whoever runs it to erase. A row that a system of yours lacks here is a system that
Heed does not tell.`;

const HEADINGS = ['recipient', 'system', 'role', 'purpose', 'data', 'about', 'country', 'safeguards'];
const MORE = ['kept for', 'erased person', 'contact'];

function table(register: readonly Registered[]): string {
  const rows = [[...HEADINGS, ...MORE], [...HEADINGS, ...MORE].map(() => '---'), ...register.map(rowOf)];
  return rows.map((cells) => `| ${cells.map(escaped).join(' | ')} |`).join('\n');
}

const escaped = (cell: string): string => cell.replaceAll('|', '\\|').replaceAll('\n', ' ');

const UNDECLARED = 'not declared';

function rowOf({ destination, title, enabled, recipient, ...sent }: Registered): readonly string[] {
  const { data, topics, channels, erases } = sent;
  return [
    recipient?.name ?? UNDECLARED,
    `${title} (\`${destination}\`)${enabled ? '' : ', disabled'}`,
    recipient?.role ?? UNDECLARED,
    recipient?.purpose ?? UNDECLARED,
    enabled ? data.join('; ') : 'nothing now',
    enabled ? `${wordsOf(topics, 'every topic')}; ${wordsOf(channels, 'every channel')}` : '–',
    recipient?.country ?? UNDECLARED,
    recipient?.safeguards ?? '–',
    recipient?.retention ?? UNDECLARED,
    erases,
    recipient?.contact ?? UNDECLARED,
  ];
}

const wordsOf = (names: readonly string[] | 'all', all: string): string =>
  names === 'all' ? all : names.join(', ');

function missing(register: readonly Registered[]): string {
  const lines = [
    lineOf(
      'Nobody has declared who is behind',
      register.filter(({ recipient }) => recipient === null),
    ),
    lineOf(
      'No retention is declared for',
      register.filter(({ recipient }) => recipient && !recipient.retention),
    ),
    lineOf(
      'Outside the European Economic Area, and no safeguards are declared, for',
      register.filter(({ recipient }) => recipient && !recipient.safeguards && !EEA.has(recipient.country)),
    ),
  ].filter((line) => line !== '');
  const found =
    lines.length > 0 ? lines.join('\n') : 'Nothing: every row says who, why, where and for how long.';
  return `**What is not declared**\n\n${found}`;
}

const lineOf = (what: string, rows: readonly Registered[]): string =>
  rows.length === 0 ? '' : `- ${what} ${rows.map(({ destination }) => `\`${destination}\``).join(', ')}.`;

/** Members of the European Union, and Iceland, Liechtenstein and Norway. */
const EEA: ReadonlySet<string> = new Set(
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK'.split(' '),
);
