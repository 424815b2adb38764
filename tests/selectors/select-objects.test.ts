import { describe, expect, it } from 'vitest';
import { compileRepository } from '../../src/engine/compile/compile-repository.ts';
import { objectId, type SelectionFacts, selectObjects } from '../../src/engine/usecases/select-objects.ts';
import { exampleFiles } from '../compile/example-repository.ts';

const { objects } = compileRepository(exampleFiles());
const NONE: SelectionFacts = { changedFiles: async () => new Set(), modifiedObjects: async () => new Set() };

async function selected(selectors: string | readonly string[], facts: Partial<SelectionFacts> = {}): Promise<string[]> {
  const all = typeof selectors === 'string' ? [selectors] : selectors;
  return (await selectObjects(objects, all, { ...NONE, ...facts })).map(objectId).sort();
}

const REMINDERS = ['campaign:order-reminder', 'campaign:order-reminder-sms'];

describe('a selector', () => {
  it.each([
    ['a name', 'sms', ['channel:sms']],
    ['a kind and a name', 'campaign:order-reminder', ['campaign:order-reminder']],
    ['a name of several kinds', 'order-reminder', ['campaign:order-reminder', 'test:order-reminder']],
    ['a pattern', 'campaign:order-*', REMINDERS],
    ['a pattern with stars around', 'template:*remind*', ['template:unpaid-reminder']],
    ['one letter by ?', 'channel:?ms', ['channel:sms']],
    ['all of a kind', 'channel:*', ['channel:email', 'channel:sms', 'channel:wechat']],
    ['an owner', 'owner:support', ['list:blacklist']],
    ['a label with its value', 'label:team=shop', REMINDERS],
    ['a label with any value', 'label:team', REMINDERS],
    ['a label with a pattern', 'label:team=s*', REMINDERS],
    ['several, one after the other', 'sms owner:support', ['channel:sms', 'list:blacklist']],
    ['only what fits both', 'owner:growth,template:*coupon', ['template:unpaid-coupon']],
  ])('takes %s', async (_, selector, expected) => {
    expect(await selected(selector)).toEqual(expected);
  });

  it('adds up where several are given', async () => {
    expect(await selected(['sms', 'email'])).toEqual(['channel:email', 'channel:sms']);
  });

  it('takes in what an object names with + before it', async () => {
    expect(await selected('+campaign:order-reminder')).toEqual([
      'campaign:order-reminder',
      'channel:email',
      'channel:wechat',
      'source:customers',
      'source:shop-events',
      'template:unpaid-coupon',
      'template:unpaid-reminder',
    ]);
  });

  it('takes in who names an object, however far, with + after it', async () => {
    expect(await selected('template:unpaid-coupon+')).toEqual([
      'campaign:order-reminder',
      'environment:prod',
      'policy:change-window',
      'template:unpaid-coupon',
      'test:order-reminder',
    ]);
  });

  it('knows both ways at once', async () => {
    const both = await selected('+campaign:order-reminder+');
    expect(both).toContain('channel:email');
    expect(both).toContain('test:order-reminder');
    expect(both).not.toContain('channel:sms');
  });

  it('knows changed objects by their own files, texts and tables among them', async () => {
    const changedFiles = async () => new Set(['order-reminder/unpaid-reminder.liquid', 'sources/customers.csv']);
    expect(await selected('changed', { changedFiles })).toEqual(['source:customers', 'template:unpaid-reminder']);
  });

  it('knows what differs from what is deployed by its name in plans', async () => {
    const modifiedObjects = async () => new Set(['eventType:order.paid', 'table:customers', 'campaign:gone']);
    expect(await selected('state:modified', { modifiedObjects })).toEqual(['source:customers', 'source:shop-events']);
  });

  it.each(['changed', 'state:modified', 'changed,owner:growth'])('may select nothing by %s', async (selector) => {
    expect(await selected(selector)).toEqual([]);
  });

  it.each([
    ['', 'select/syntax', /empty/],
    ['+', 'select/syntax', /name is missing/],
    ['sms,', 'select/syntax', /name is missing/],
    ['campaing:x', 'select/syntax', /nothing to select by `campaing`/],
    ['owner:', 'select/syntax', /needs a value/],
    ['state:new', 'select/syntax', /no state `new`/],
    ['campaign:order-remindr', 'select/nothing', /selects nothing/],
    ['owner:grwth', 'select/nothing', /selects nothing/],
    ['label:team=shpo', 'select/nothing', /selects nothing/],
    ['sms campaign:none', 'select/nothing', /`campaign:none` selects nothing/],
  ])('%s is refused as %s', async (selector, code, message) => {
    await expect(selected(selector)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
      exitCode: 64,
    });
  });

  it('of many stars against a long name is quick', async () => {
    const long = { ...objects[0], kind: 'Campaign', name: 'a'.repeat(60) } as (typeof objects)[number];
    const found = await selectObjects([long, long], [`campaign:${'a*'.repeat(30)}`], NONE);
    expect(found).toHaveLength(2);
  });
});
