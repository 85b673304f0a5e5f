// Runs before every npm script that needs packages: installs them when they are missing or older than the lockfile.
// Uses nothing but Node, because nothing else may be there yet.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { engines } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const wanted = engines.node.replace(/^>=/, '').split('.').map(Number);
const own = process.versions.node.split('.').map(Number);

if (own[0] < wanted[0] || (own[0] === wanted[0] && own[1] < (wanted[1] ?? 0))) {
  console.error(`Heed needs Node ${engines.node}; this is ${process.versions.node}.`);
  process.exit(1);
}

const installed = `${root}node_modules/.package-lock.json`;
const lockfile = `${root}package-lock.json`;

if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lockfile).mtimeMs) {
  console.error('Installing packages (npm ci) …');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error('npm ci failed: see above.');
    process.exit(status ?? 1);
  }
}
