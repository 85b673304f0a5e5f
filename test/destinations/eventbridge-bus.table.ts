import { eventbridgeBus } from '../../lib/destinations/eventbridge-bus.ts';
import { type BusOptions, simulateEventBus } from '../simulators/eventbridge-bus.ts';
import { received } from './received.ts';
import type { Case, Table } from './table.ts';

const ARN = 'arn:aws:events:eu-central-1:111122223333:event-bus/preferences-in';

export const aBus = (options: BusOptions = {}): Case => {
  const simulator = simulateEventBus({ arn: ARN, ...options });
  return {
    ...received(simulator),
    ...{ destination: eventbridgeBus, settings: () => ({ bus: ARN }), secret: simulator.secret },
    refusedOnce: 'failed UnrecognizedClientException',
    refusal: {
      cause: () => simulator.refuse('NotAuthorizedForSourceException', 1),
      outcome: 'failed NotAuthorizedForSourceException',
    },
    hidden: {
      cause: () => simulator.refuse('ThrottlingException', 1),
      outcome: 'retry ThrottlingException',
    },
    batch: { people: 10, requests: 1 },
  };
};

export const tables: readonly Table[] = [{ title: 'eventbridge-bus', make: () => aBus() }];
