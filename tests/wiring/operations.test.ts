import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrollUser, pauseCampaign, resumeCampaign, triggerEvent } from '../../src/engine/wiring/operations.ts';
import { createShop, type Shop } from '../daemon/shop.ts';

let shop: Shop;
const place = () => ({ dir: shop.dir });
beforeAll(() => {
  shop = createShop();
});
afterAll(() => shop.remove());

describe('what an operator asks for wrongly is refused with a code', () => {
  it.each([
    [{ campaign: 'nothing', user: 'u' }, 'enroll/unknown-campaign'],
    [{ campaign: 'toString', user: 'u' }, 'enroll/unknown-campaign'],
    [{ campaign: 'reminder', user: 'u' }, 'enroll/not-manual'],
    [{ campaign: 'gift', user: 'u' }, 'enroll/bad-data'],
    [{ campaign: 'gift', user: 'u', data: { size: 'big' } }, 'enroll/bad-data'],
    [{ campaign: 'gift', user: '', data: { size: 1 } }, 'enroll/bad-user'],
  ])('enroll %j: %s', async (request, code) => {
    await expect(enrollUser(place(), request)).rejects.toMatchObject({ code });
  });

  it.each([
    [{ campaign: 'remnder', reason: 'x' }, 'campaign/unknown'],
    [{ campaign: 'reminder', reason: 'x', until: 'soon' }, 'pause/until'],
    [{ campaign: 'reminder', reason: 'x', until: '2001-01-01T00:00:00Z' }, 'pause/until'],
    [{ campaign: 'reminder', reason: 'x', until: '0s' }, 'pause/until'],
  ])('pause %j: %s', async (request, code) => {
    await expect(pauseCampaign(place(), request)).rejects.toMatchObject({ code });
  });

  it('resume of a campaign that does not exist: campaign/unknown', async () => {
    await expect(resumeCampaign(place(), 'remnder')).rejects.toMatchObject({ code: 'campaign/unknown' });
  });

  it.each([
    [{ type: 'order.created', user: 'u1', data: {} }, 'event/missing-field'],
    [{ type: 'order.created', user: '', data: { order_id: 'o' } }, 'event/no-user'],
    [{ type: 'order.created', user: 'u1', data: { order_id: 'o' }, time: '2999-01-01T00:00:00Z' }, 'future_event'],
    [{ type: 'order.created', user: 'u1', data: { order_id: 'o' }, time: 'now' }, 'event/invalid-time'],
    [{ type: '__proto__', user: 'u1', data: {} }, 'event/unknown-type'],
  ])('trigger %j: %s', async (request, code) => {
    await expect(triggerEvent(place(), request)).rejects.toMatchObject({ code });
  });
});

it('pausing again keeps the beginning and replaces reason and end', async () => {
  const first = await pauseCampaign(place(), { campaign: 'reminder', reason: 'a' });
  const second = await pauseCampaign(place(), { campaign: 'reminder', reason: 'b', until: '1h' });
  expect(second).toMatchObject({ pausedAtMs: first.pausedAtMs, reason: 'b' });
  expect(await resumeCampaign(place(), 'reminder')).toBe(true);
});
