import type { en } from './languages/en.ts';

/** A text with `{names}` in it, or one for each number (CLDR plural categories), chosen by `{count}`. */
export type Message = string | Plural;
export type Plural = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string };

/** Messages by page or purpose. */
export type Sections = Readonly<Record<string, Readonly<Record<string, Message>>>>;

/** Every text there is: what English says under the same keys, each language says in its own words. */
export type Messages = {
  readonly [S in keyof typeof en]: {
    readonly [K in keyof (typeof en)[S]]: (typeof en)[S][K] extends string ? string : Plural;
  };
};
