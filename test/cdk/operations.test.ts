import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { aDestination, aStack, propertiesOf, withNested } from './synth.ts';

const guide = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
const described = new Set([...guide.matchAll(/^### `(.+)`$/gm)].map(([, heading]) => heading));

/** `Heed/acme-mail/gaps` → `<destination>/gaps`; functions' errors are described once. */
const kindOf = (name: string): string =>
  name
    .replace(/^Heed\//, '')
    .replace(/^.*\/(errors|unexpected)$/, '<function>/$1')
    .replace(/^acme-mail\//, '<destination>/');

const stack = aStack({ destinations: [aDestination({ pollEvery: 15 })] });
const names = withNested(stack).flatMap((each) =>
  propertiesOf(each, 'AWS::CloudWatch::Alarm').map((alarm) => String(alarm['AlarmName'])),
);

test('the guide says of every alarm what it means, and of none that does not exist', () => {
  expect([...new Set(names.map(kindOf))].toSorted()).toEqual([...described].toSorted());
});

test('no two alarms have one name', () => {
  expect(new Set(names).size).toBe(names.length);
});
