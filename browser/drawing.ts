import type { PageModel } from '../lib/page/model.ts';
import type { Greeting } from './greeting.ts';
import type { Session } from './session.ts';
import type { Wish } from './wishes.ts';

export interface View {
  readonly session: Session;
  readonly greeting: Greeting;
  /** Address of her history. */
  readonly history: string;
  /** Level of the brands' headings. */
  readonly level: number;
}

/** A model is there. */
export interface Drawing extends View {
  readonly model: PageModel;
  /** Places with wishes that could not be sent. */
  readonly unsent: ReadonlySet<string>;
}

/** What of a field's state a site can style. */
export const partsOf = (
  name: string,
  { wish, unsent }: { readonly wish: Wish | undefined; readonly unsent: boolean },
) => [name, ...(wish ? ['saving'] : []), ...(unsent ? ['unsent'] : [])].join(' ');
