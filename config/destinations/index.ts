import type { Declaration } from '../../lib/config.ts';
import { analytics } from './analytics.ts';
import { crm } from './crm.ts';
import { identity } from './identity.ts';
import { marketing } from './marketing.ts';
import { messaging } from './messaging.ts';
import { own } from './own.ts';

/** Who must be told, with each system's settings and the recipient behind it. */
export const destinations = {
  ...crm,
  ...marketing,
  ...messaging,
  ...identity,
  ...analytics,
  ...own,
} satisfies Declaration['destinations'];
