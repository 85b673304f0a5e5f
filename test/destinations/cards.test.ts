import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fieldsOf, names } from '../../scripts/cards/fields.ts';
import { pageOf } from '../../scripts/cards/page.ts';
import { registered } from '../../scripts/cards/registered.ts';

const { carded, without } = await registered();

test('every destination has a card', () => {
  expect(without, 'write lib/destinations/<id>/card.ts').toEqual([]);
});

test('docs/destinations.md is what the definitions and their cards say', () => {
  const page = readFileSync(new URL('../../docs/destinations.md', import.meta.url), 'utf8');
  expect(page === pageOf(carded), 'run npm run cards').toBe(true);
});

describe.each(carded.map((one) => [one.destination.id, one] as const))('%s', (_id, { destination, card }) => {
  test('has a card that says everything it must', () => {
    const { about, native, custom, access, limits, reports, confirmed, unconfirmed } = card;
    const reporting = destination.receive || destination.poll ? { reports } : {};
    const erasing = destination.erase ? { erased: card.erased ?? [] } : {};
    const lists = { told: [...native, ...custom], access, limits, confirmed, ...reporting, ...erasing };
    for (const [what, lines] of Object.entries(lists)) expect(lines, what).not.toEqual([]);
    const sentences = [
      ...[about, ...native, ...custom, ...card.cannot, ...access, ...limits, ...card.evidence, ...reports],
      ...confirmed.flatMap(({ fact, source }) => [fact, source]),
      ...unconfirmed.map(({ doubt }) => doubt),
    ];
    expect(sentences.filter((text) => text.trim() === '')).toEqual([]);
  });

  test('has facts that somebody can look up', () => {
    const sources = card.confirmed.map(({ source }) => source);
    expect(sources.filter((source) => !/^https:\/\/\S+$|[\w-]+[/.][\w-]+/.test(source))).toEqual([]);
  });

  test('leaves what nobody confirmed to settings that there are', () => {
    const named = card.unconfirmed.flatMap(({ setting = [] }) => setting);
    expect(named.filter((setting) => !names(destination.settings, setting))).toEqual([]);
  });

  test('has a word for each of its settings', () => {
    const silent = fieldsOf(destination.settings).filter(({ meaning }) => !meaning);
    expect(
      silent.map(({ name }) => name),
      'add .describe(…)',
    ).toEqual([]);
  });
});

describe('what stands in a schema', () => {
  test('has no setting of a name that nobody declared', () => {
    const [hubspot] = carded.filter(({ destination }) => destination.id === 'hubspot');
    expect(hubspot && names(hubspot.destination.settings, 'colour')).toBe(false);
    expect(hubspot && names(hubspot.destination.settings, 'legalBasis.consent')).toBe(true);
  });
});
