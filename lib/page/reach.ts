import { type Catalogue, declared } from '../domain/catalogue.ts';
import type { HeedRecord } from '../domain/vocabulary.ts';

/** What she goes by. */
interface Known extends Pick<HeedRecord, 'identifiers'> {
  readonly catalogue: Pick<Catalogue, 'identifiers'>;
}

/** Whether there is an address to send a confirmation to. Of other channels than e-mail whoever sends there knows. */
export const isReached = (channel: string, { catalogue, identifiers }: Known): boolean =>
  channel !== 'email' ||
  identifiers.some(
    ({ kind, sealed }) => sealed !== null && declared(catalogue.identifiers, kind)?.type === 'email',
  );
