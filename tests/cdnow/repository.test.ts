import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPurchases, toCustomer, toEvent } from '../../scripts/demo/cdnow-events.ts';
import { testRepository } from '../../src/engine/index.ts';
import { HISTORY, REPOSITORY } from './replay.ts';

const history = readFileSync(HISTORY, 'latin1');

test('the repository has no findings and its cases pass', async () => {
  expect(await testRepository(REPOSITORY, [])).toMatchObject({ report: { passed: 8, failed: 0 } });
});

test('the history is the published file, byte for byte', () => {
  const digest = createHash('sha256').update(readFileSync(HISTORY)).digest('hex');
  expect(digest).toBe('eff6889ed364c5199d6eacbbeb7a6d559971df4406ac876f322c373f00a072ef');
  expect(readFileSync(join(REPOSITORY, 'data', 'LICENSE-lifetimes-MIT.txt'), 'utf8')).toContain('The MIT License');
});

test('a purchase is an event: its line is its id, leading zeros stay, dollars are cents', () => {
  const [first] = readPurchases(history);
  expect(first && JSON.parse(toEvent(first))).toEqual({
    specversion: '1.0',
    id: '2',
    source: 'cdnow',
    type: 'purchase.made',
    time: '1997-01-01T00:00:00Z',
    data: { customer_id: '00001', items: 1, amount_minor: 1177 },
  });
});

test('the sums of the history are the known ones, and every id is its own', () => {
  const purchases = [...readPurchases(history)];
  const sum = (pick: (one: (typeof purchases)[number]) => number) =>
    purchases.reduce((total, one) => total + pick(one), 0);
  expect({
    items: sum(({ items }) => items),
    cents: sum(({ amountMinor }) => amountMinor),
    free: purchases.filter(({ amountMinor }) => amountMinor === 0).length,
    ids: new Set(purchases.map(({ line }) => line)).size,
  }).toEqual({ items: 167_881, cents: 250_031_563, free: 80, ids: 69_659 });
});

test.each(['no purchase', ' 00001 19970101  1   11.7', ' 00001 19970101  -1   11.77'])(
  'a line that is not a purchase is said: %j',
  (line) => {
    expect(() => [...readPurchases(`header\n${line}\n`)]).toThrow('line 2 is not a purchase');
  },
);

test('the customers that are shipped are the first ones of the table', () => {
  const customers = [...new Set([...readPurchases(history)].map(({ customer }) => customer))];
  const shipped = readFileSync(join(REPOSITORY, 'data', 'customers.csv'), 'utf8')
    .trimEnd()
    .split('\n');
  expect(shipped).toEqual(['id,name,email,newsletter', ...customers.slice(0, shipped.length - 1).map(toCustomer)]);
});
