import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';

const Units = z.object({ CapacityUnits: z.number() });
const One = z.object({ ConsumedCapacity: z.union([Units, z.array(Units)]) });

export interface Meter {
  /** Capacity units that requests have consumed since it was last reset, and by what commands. */
  readonly units: () => number;
  readonly commands: () => ReadonlySet<string>;
  readonly requests: () => number;
  readonly reset: () => void;
}

/** Counts what DynamoDB says that each request of a client costs. Must be put on before the first request. */
export function metered(client: DynamoDBClient): Meter {
  let units = 0;
  let requests = 0;
  const commands = new Set<string>();
  client.middlewareStack.add(
    (next, context) => async (args) => {
      requests += 1;
      commands.add(context.commandName ?? 'unknown');
      const answer = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } });
      const told = One.parse(answer.output).ConsumedCapacity;
      for (const { CapacityUnits } of Array.isArray(told) ? told : [told]) units += CapacityUnits;
      return answer;
    },
    { step: 'initialize', name: 'metering' },
  );
  return {
    units: () => units,
    commands: () => commands,
    requests: () => requests,
    reset: () => {
      units = 0;
      requests = 0;
      commands.clear();
    },
  };
}
