/** For display to somebody who should not learn it: `a…@example.com`, `+45…78`. */
export function maskIdentifier(kind: string, value: string): string {
  if (value.includes('@')) return `${value.slice(0, 1)}…${value.slice(value.lastIndexOf('@'))}`;
  return kind === 'phone' ? `${value.slice(0, 3)}…${value.slice(-2)}` : `${value.slice(0, 2)}…`;
}
