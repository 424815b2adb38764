import { describe, expect, it } from 'vitest';
import { MkaError } from '../../src/engine/kernel/mka-error.ts';
import type { CampaignDefinition, Release } from '../../src/engine/model/release.ts';
import type { ValueMap } from '../../src/engine/model/value.ts';
import { diffReleases } from '../../src/engine/plan/diff.ts';
import type { TableSourcePort } from '../../src/engine/ports/table-source.ts';
import { countAudiences } from '../../src/engine/usecases/plan-audience.ts';
import { campaign, release, T0 } from '../core/builder.ts';

const ROWS: readonly (readonly [string, ValueMap])[] = [
  ['u1', { city: 'Shenzhen', days: 1 }],
  ['u2', { city: 'Dongguan', days: 5 }],
  ['u3', { city: null, days: 9 }],
  ['u4', { days: 2 }],
];

type Change = Partial<Omit<CampaignDefinition, 'digest'>>;

function source(rows = ROWS): TableSourcePort {
  return {
    fetch: () => Promise.resolve(new Map()),
    check: () => Promise.resolve(),
    close: () => Promise.resolve(),
    async *scan() {
      yield* rows;
    },
  };
}

async function count(
  before: Release | null,
  after: Release,
  open: (names: readonly string[]) => TableSourcePort = () => source(),
) {
  const openTables = (tables: Release['tables']) => open(Object.keys(tables['users']?.fields ?? {}));
  const counts = await countAudiences(diffReleases(before, after), {
    base: before,
    target: after,
    nowMs: T0,
    openTables,
  });
  return counts.map(({ before: was, after: is, enters, leaves }) => [was, is, enters, leaves]);
}

const one = (change: Change) => release([campaign(change)]);

describe('an audience', () => {
  it.each<[string, Change, Change, (number | null)[]]>([
    [
      'that is wider',
      { audience: 'user.city == "Shenzhen"' },
      { audience: 'user.city in ["Shenzhen", "Dongguan"]' },
      [1, 2, 1, 0],
    ],
    ['that is another one', { audience: 'user.days < 3' }, { audience: 'user.days > 1' }, [2, 3, 2, 1]],
    ['of everybody', { audience: 'user.days < 3' }, {}, [2, 4, 2, 0]],
    ['by the id of users', {}, { audience: 'user.id == "u3"' }, [4, 1, 0, 3]],
    ['by the instant of the plan', {}, { audience: 'now > timestamp("2026-01-01T00:00:00Z")' }, [4, 4, 0, 0]],
    ['of a campaign that begins', { state: 'draft' }, { state: 'active' }, [0, 4, 4, 0]],
    ['that needs the event', {}, { audience: 'event.data.amount > 3' }, [4, null, null, null]],
    ['that needs what set steps write', {}, { audience: 'user.stage == "x"' }, [4, null, null, null]],
  ])('%s', async (_, before, after, expected) => {
    expect(await count(one({ owner: 'a', ...before }), one({ owner: 'b', ...after }))).toEqual([expected]);
  });

  it('of a new campaign is all that enter, of one that is gone all that leave', async () => {
    expect(await count(null, one({}))).toEqual([[0, 4, 4, 0]]);
    expect(await count(one({}), release([]))).toEqual([[4, 0, 0, 4]]);
  });

  it('is unknown where the table cannot be scanned or reached, and where there is none', async () => {
    const unknown = [[null, null, null, null]];
    const byKey: TableSourcePort = {
      fetch: () => Promise.resolve(new Map()),
      check: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
    expect(await count(null, one({}), () => byKey)).toEqual(unknown);
    const gone = () => {
      throw new MkaError('source/unreachable', 'gone');
    };
    expect(await count(null, one({}), () => ({ ...source(), scan: gone }))).toEqual(unknown);
    expect(await count(null, release([campaign()], { project: { users: { attributes: {} } } }))).toEqual(unknown);
  });

  it('is counted afterwards alone where a field that the change removes is gone from the table', async () => {
    const before = one({ audience: 'user.city == "Shenzhen"' });
    const after = one({ audience: 'user.days > 1' });
    const { city: _city, ...fields } = after.tables['customers']?.fields ?? {};
    const without = { ...after, tables: { customers: { ...after.tables['customers'], fields } as never } };
    const open = (names: readonly string[]) =>
      names.includes('city')
        ? {
            ...source(),
            scan: () => {
              throw new MkaError('source/unreachable', 'no column city');
            },
          }
        : source();
    expect(await count(before, without, open)).toEqual([[null, 3, null, null]]);
  });
});
