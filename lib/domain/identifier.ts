import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import * as z from 'zod';
import { type Catalogue, declared, type IdentifierRule } from './catalogue.ts';

const EMAIL = z.email().max(254);
const ID = /^[\x21-\x7e]{1,128}$/;

/** The one form in which a value is compared, hashed and sent; or what is wrong with it (never quoting it). */
export type Normalised = { readonly value: string } | { readonly invalid: string };

export function normaliseIdentifier(catalogue: Catalogue, kind: string, value: string): Normalised {
  const rule = declared(catalogue.identifiers, kind);
  if (!rule)
    return {
      invalid: `unknown kind of identifier; known are ${Object.keys(catalogue.identifiers).join(', ')}`,
    };
  return BY_TYPE[rule.type](value.trim(), rule);
}

/**
 * The same address or number as other kinds would name it, whichever a source may use next. Of an id nothing: under another
 * kind it is somebody else's.
 */
export function otherNames(catalogue: Catalogue, kind: string, value: string): readonly Named[] {
  const type = declared(catalogue.identifiers, kind)?.type ?? 'id';
  if (type === 'id') return [];
  const others = Object.entries(catalogue.identifiers).filter(
    ([other, rule]) => other !== kind && rule.type === type,
  );
  return others.flatMap(([other]) => {
    const normalised = normaliseIdentifier(catalogue, other, value);
    return 'invalid' in normalised ? [] : [{ kind: other, value: normalised.value }];
  });
}

interface Named {
  readonly kind: string;
  readonly value: string;
}

const BY_TYPE: Record<IdentifierRule['type'], (value: string, rule: IdentifierRule) => Normalised> = {
  email: (value, rule) => {
    if (!EMAIL.safeParse(value).success) return { invalid: 'not an e-mail address' };
    const at = value.lastIndexOf('@');
    const local =
      rule.type === 'email' && rule.lowerCase === 'all'
        ? value.slice(0, at).toLowerCase()
        : value.slice(0, at);
    return { value: `${local}${value.slice(at).toLowerCase()}` };
  },
  phone: (value, rule) => {
    const country = rule.type === 'phone' ? rule.defaultCountry : undefined;
    const parsed = parsePhoneNumberFromString(value, {
      extract: false,
      ...(country !== undefined && { defaultCountry: COUNTRY.parse(country) }),
    });
    if (!parsed?.isPossible())
      return { invalid: 'not a phone number; write it with + and the code of its country' };
    return { value: parsed.number };
  },
  id: (value) =>
    ID.test(value) ? { value } : { invalid: 'an id is 1 to 128 printable ASCII characters without spaces' },
};

const COUNTRY = z.custom<CountryCode>((code) => typeof code === 'string' && isSupportedCountry(code));
