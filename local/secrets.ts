import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { newSigningSecret, SigningSecret } from './signing.ts';
import { writeWhole } from './write-whole.ts';

const Secrets = z.object({
  /** Signs Heed's own tokens. */
  tokens: z.object({ seed: z.string().min(32), previous: z.array(z.string()).default([]) }),
  /** Wraps the service key, base64 of 32 bytes: what KMS does on AWS. */
  wrappingKey: z.string().length(44),
  /** Signs what has to be provable later. */
  signing: SigningSecret,
  /** By destination id, as `lib/destinations/<id>.ts` describes it. A destination without one gets a simulator. */
  destinations: z.record(z.string(), z.unknown()).default({}),
  /** What the carriers of text messages prove themselves by. */
  keywords: z.unknown().optional(),
});

export type Secrets = z.output<typeof Secrets>;

/** As earlier releases wrote them. */
const Kept = Secrets.extend({ signing: SigningSecret.optional() });

/** Reads `secrets.json` in the data folder, made on the first start; in memory without a folder. */
export function readSecrets(data: string | undefined): Secrets {
  const secrets = data === undefined ? fresh() : kept(data);
  const { [KEYWORDS]: keywords = secrets.keywords, ...destinations } = fromEnvironment();
  return { ...secrets, keywords, destinations: { ...secrets.destinations, ...destinations } };
}

const fresh = (): Secrets => ({
  tokens: { seed: randomBytes(32).toString('base64url'), previous: [] },
  wrappingKey: randomBytes(32).toString('base64'),
  signing: newSigningSecret(),
  destinations: {},
});

function kept(data: string): Secrets {
  const file = join(data, 'secrets.json');
  mkdirSync(data, { recursive: true });
  const text = readIfThere(file);
  return text === undefined ? written(file, fresh()) : completed(file, parse(file, text));
}

/** What an older folder lacks is made now, and kept. */
const completed = (file: string, kept: z.output<typeof Kept>): Secrets =>
  kept.signing ? { ...kept, signing: kept.signing } : written(file, { ...kept, signing: newSigningSecret() });

function written(file: string, secrets: Secrets): Secrets {
  writeWhole(file, `${JSON.stringify(secrets, null, 2)}\n`, 0o600);
  return secrets;
}

function parse(file: string, text: string): z.output<typeof Kept> {
  try {
    return Kept.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(
      `${file} cannot be read; mend it, or move it away together with its folder's tables, which it unlocks.`,
      { cause },
    );
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

const PREFIX = 'HEED_SECRET_';
const KEYWORDS = 'keywords';

/**
 * `HEED_SECRET_HUBSPOT='{"token":"…"}'` sets a destination's secret for one run; `_` stands for `-` in an id.
 * `HEED_SECRET_KEYWORDS='{"twilio":["…"]}'` sets that of the keywords.
 */
function fromEnvironment(): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      name.startsWith(PREFIX) && value !== undefined
        ? [[name.slice(PREFIX.length).toLowerCase().replaceAll('_', '-'), parseSecret(name, value)]]
        : [],
    ),
  );
}

function parseSecret(name: string, value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    throw new Error(`${name} is not JSON.`);
  }
}
