import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { secretsClient, secretsOn } from '../../lib/aws/secrets.ts';
import { TokenSecret } from '../../lib/http/own-tokens.ts';
import { readSecrets } from '../../local/secrets.ts';

/** What the engine of a data folder signs with. A folder is not made here: a link of a seed of its own would open nothing. */
export async function localSecret(data: string): Promise<TokenSecret> {
  const file = join(data, 'secrets.json');
  if (!existsSync(file))
    throw new Error(`There is no ${file}: start Heed once (npm start), or name its folder with --data`);
  return readSecrets(data).tokens;
}

/** What a stack signs with. */
export async function stackSecret(stack: string): Promise<TokenSecret> {
  const client = secretsClient();
  const name = `${stack}/tokens`;
  try {
    const secret = TokenSecret.safeParse(await secretsOn(client).read(name));
    if (secret.success) return secret.data;
    throw new Error(
      `There is no secret ${name} that tokens could be signed with: is it this account and region?`,
    );
  } finally {
    client.destroy();
  }
}
