import { expect, test } from 'vitest';
import config from '../../heed.config.ts';
import { processingFaults } from '../../lib/config/processing.ts';

const { purposes, controllers } = config;
const faults = (more: object) => processingFaults({ ...config, ...more });

test('the example says everything that a consent record has to say', () => {
  expect(Object.keys(controllers ?? {})).toEqual(['acme']);
  expect(faults({})).toEqual([]);
});

test('who declares controllers is told what a consent record would lack', () => {
  const { personalData: _, storage: __, ...marketing } = purposes['marketing'] ?? {};
  const lacking = { ...marketing, controller: 'acne', jurisdiction: [] };
  expect(faults({ purposes: { ...purposes, marketing: lacking } })).toEqual([
    'purposes.marketing: no controller acne is declared',
    'purposes.marketing: a consent record needs its personalData',
    'purposes.marketing: a consent record needs to say where data is kept (storage)',
    'purposes.marketing: a consent record needs its jurisdiction',
  ]);
});

test('who declares none may say as little as before', () => {
  const { controllers: _, ...undeclared } = config;
  const plain = {
    marketing: { title: 'M', controller: 'Acme', retention: 'P1Y', recipients: [], jurisdiction: [] },
  };
  expect(processingFaults({ ...undeclared, purposes: plain })).toEqual([]);
});
