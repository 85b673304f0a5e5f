import config from '../heed.config.ts';
import { destinations } from '../lib/destinations/index.ts';
import type { Lane } from '../lib/flow/lane.ts';
import { lanesOf } from '../lib/flow/lanes.ts';

/** The lanes of the enabled destinations: what they are, without what it takes to send anything. */
export const lanes = (): readonly Lane[] => lanesOf(config, destinations);
