/**
 * What a member of staff goes by among those of all issuers: two issuers may call different people the same. An issuer is an
 * address, and has no space in it.
 */
export const personName = (issuer: string, sub: string): string => `${issuer} ${sub}`;

export interface Named {
  readonly issuer: string;
  readonly sub: string;
}

export function namedBy(name: string): Named {
  const end = name.indexOf(' ');
  return { issuer: name.slice(0, Math.max(0, end)), sub: name.slice(end + 1) };
}
