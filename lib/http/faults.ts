import type * as z from 'zod';
import type { Fault } from '../domain/refusal.ts';

/** What a schema found wrong, as paths and messages; a member that should not be there is named by its own path. */
export const faultsOf = ({ issues }: z.ZodError): readonly Fault[] =>
  issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: pathOf([...issue.path, key]), message: 'is not known here' }))
      : [{ path: pathOf(issue.path), message: issue.message }],
  );

const pathOf = (path: readonly PropertyKey[]): string => path.map(String).join('.');
