/** What is wrong with a statement, or with the rows it meets; simulators say it in their vendor's words. */
export type SqlTrouble =
  | 'syntax'
  | 'no-such-table'
  | 'no-such-column'
  | 'no-such-function'
  | 'wrong-type'
  | 'null'
  | 'bad-value'
  | 'several-rows-match';

export class SqlFault extends Error {
  override readonly name = 'SqlFault';
  readonly trouble: SqlTrouble;
  constructor(trouble: SqlTrouble, detail: string) {
    super(detail);
    this.trouble = trouble;
  }
}

interface Token {
  readonly kind: 'word' | 'text' | 'number' | 'sign' | 'end';
  readonly text: string;
}

const TOKEN = /\s*(?:'((?:[^']|'')*)'|([A-Za-z_][A-Za-z0-9_$]*)|(\d+)|(::|=>|>=|<=|<>|[(),.:=<>*?])|($))/y;

const KINDS = ['text', 'word', 'number', 'sign'] as const;

function tokensOf(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < sql.length) {
    const at = TOKEN.lastIndex;
    const parts = TOKEN.exec(sql)?.slice(1);
    if (!parts) throw new SqlFault('syntax', `unexpected '${sql.slice(at, at + 20)}'`);
    const which = parts.findIndex((part) => part !== undefined);
    const kind = KINDS[which];
    if (kind) tokens.push({ kind, text: (parts[which] ?? '').replaceAll("''", "'") });
  }
  return tokens;
}

/** Reads tokens one after the other; names are compared without regard to case. */
export class Reader {
  private at = 0;
  binds = 0;
  private readonly tokens: readonly Token[];
  constructor(sql: string) {
    this.tokens = tokensOf(sql);
  }
  get next(): Token {
    return this.tokens[this.at] ?? { kind: 'end', text: 'end of statement' };
  }
  take(): Token {
    const token = this.next;
    this.at += 1;
    return token;
  }
  is(...words: readonly string[]): boolean {
    return words.every((word, i) => {
      const token = this.tokens[this.at + i];
      return token !== undefined && token.kind !== 'text' && token.text.toUpperCase() === word;
    });
  }
  skip(...words: readonly string[]): boolean {
    if (!this.is(...words)) return false;
    this.at += words.length;
    return true;
  }
  need(...words: readonly string[]): void {
    if (!this.skip(...words))
      throw new SqlFault('syntax', `expected ${words.join(' ')}, not '${this.next.text}'`);
  }
  name(): string {
    if (this.next.kind !== 'word') throw new SqlFault('syntax', `expected a name, not '${this.next.text}'`);
    return this.take().text.toLowerCase();
  }
  list<T>(read: () => T): readonly T[] {
    const all = [read()];
    while (this.skip(',')) all.push(read());
    return all;
  }
}
