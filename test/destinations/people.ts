import type { Case, Person } from './table.ts';

/** The `n`th person of a suite, with an identifier of every kind. */
export const aPerson = (
  { own }: Pick<Case, 'own'>,
  n: number,
  { subject = `person-${n}`, email }: { readonly subject?: string; readonly email?: string } = {},
): Person => ({
  ...{ subject, email: email ?? `${subject}@example.com` },
  phone: `+4520${String(123_450 + n).padStart(6, '0')}`,
  customer: `C-${1000 + n}`,
  own: own?.(n) ?? String(900_000 + n),
});

/** A person's identifier of a kind: `email`, `phone`, `customer`; any other is the vendor's own. */
export function identifierOf(person: Person, kind: string): string {
  if (kind === 'email' || kind === 'phone' || kind === 'customer') return person[kind];
  return person.own;
}
