import type { Fields } from '../../model/field.ts';
import type { ValueMap } from '../../model/value.ts';
import type { TableSourcePort } from '../table-source.ts';
import { codeOf, same, sameItems } from './claims.ts';

/** Rows as the source's own format holds them: text by column, null for no value. */
export type SourceRows = readonly Readonly<Record<string, string | null>>[];

/** What a source under test can do; a case that needs more is reported as skipped. */
export type TableSourceNeed = 'replace' | 'remove' | 'scan';

/** A source with one table `people`, key `id`, and the fields of TABLE_FIELDS. */
export interface TableSourceFixture {
  readonly port: TableSourcePort;
  replace(rows: SourceRows): Promise<void>;
  readonly remove: () => Promise<void>;
}

/** One promise of TableSourcePort. `run` throws when it is broken. */
export interface TableSourceCase {
  readonly name: string;
  readonly needs?: readonly TableSourceNeed[];
  run(make: (rows: SourceRows) => Promise<TableSourceFixture>): Promise<void>;
}

/** One field of every declared type. */
export const TABLE_FIELDS: Fields = {
  name: { type: 'string', pii: 'name' },
  visits: { type: 'int' },
  score: { type: 'double' },
  vip: { type: 'bool' },
  since: { type: 'timestamp' },
  extra: { type: 'json' },
  tags: { type: 'list<string>' },
  sizes: { type: 'list<int>' },
};

const NOTHING = { name: null, visits: null, score: null, vip: null, since: null, extra: null, tags: null, sizes: null };
const HOSTILE = [
  "'; DROP TABLE people; --",
  '"',
  '\0',
  '%',
  '',
  '__proto__',
  'constructor',
  '张三',
  '🙂',
  'a,b',
  'x\ny',
];

export const TABLE_SOURCE_CASES: readonly TableSourceCase[] = [
  {
    name: 'every key asked is answered, null where there is no row',
    async run(make) {
      const { port } = await make([person('u1', { name: 'Ada' })]);
      const rows = await port.fetch('people', ['u2', 'u1', 'u1']);
      same([...rows.keys()].sort(), ['u1', 'u2']);
      same(rows.get('u2'), null);
      same(rows.get('u1')?.name, 'Ada');
    },
  },
  {
    name: 'no keys give no rows',
    async run(make) {
      const { port } = await make([]);
      same((await port.fetch('people', [])).size, 0);
    },
  },
  {
    name: 'values have the declared types',
    async run(make) {
      const text = { name: '007', visits: '-3', score: '1.5e3', vip: 'true', since: '2024-02-29T12:00:00+08:00' };
      const lists = { extra: '{"a":[1,null]}', tags: '["x","y"]', sizes: '[1,2]' };
      const { port } = await make([person('u1', { ...text, ...lists })]);
      const typed = { name: '007', visits: -3, score: 1500, vip: true, since: text.since, extra: { a: [1, null] } };
      same(await one(port, 'u1'), { ...typed, tags: ['x', 'y'], sizes: [1, 2] });
    },
  },
  {
    name: 'a value that cannot be read as its type is null, and so is an absent one',
    async run(make) {
      const wrong = { visits: '9007199254740993', score: 'NaN', vip: 'perhaps', since: '2024-02-30', extra: '{' };
      const { port } = await make([person('u1', { ...wrong, tags: '[1]', sizes: '["1"]' }), person('u2', {})]);
      same(await one(port, 'u1'), NOTHING);
      same(await one(port, 'u2'), NOTHING);
    },
  },
  {
    name: 'keys compare by bytes',
    async run(make) {
      const { port } = await make([person('User1', { name: 'upper' }), person('7', { name: 'seven' })]);
      for (const key of ['user1', 'User1 ', '07', '7.0', ' 7', '+7']) same(await one(port, key), null);
      same((await one(port, '7'))?.name, 'seven');
    },
  },
  {
    name: 'no key is more than a key',
    async run(make) {
      const { port } = await make([person('u1', { name: 'Ada' })]);
      const rows = await port.fetch('people', [...HOSTILE, 'u1']);
      for (const key of HOSTILE) same(rows.get(key), null);
      same(rows.get('u1')?.name, 'Ada');
    },
  },
  {
    name: 'names of any script come back as they are',
    async run(make) {
      const name = '欧阳,"Zoë"\nO\'Brien 🙂';
      const { port } = await make([person('张三', { name })]);
      same((await one(port, '张三'))?.name, name);
    },
  },
  {
    name: 'a thousand keys are answered in one call',
    async run(make) {
      const ids = Array.from({ length: 1000 }, (_, at) => `u${at}`);
      const { port } = await make(ids.map((id) => person(id, { visits: id.slice(1) })));
      const rows = await port.fetch('people', ids);
      same(
        ids.map((id) => rows.get(id)?.visits),
        ids.map((_, at) => at),
      );
    },
  },
  {
    name: 'a changed source is seen by the next fetch',
    needs: ['replace'],
    async run(make) {
      const fixture = await make([person('u1', { name: 'before' })]);
      same((await one(fixture.port, 'u1'))?.name, 'before');
      await fixture.replace([person('u1', { name: 'after!' })]);
      same((await one(fixture.port, 'u1'))?.name, 'after!');
    },
  },
  {
    name: 'a source that is not there throws source/unreachable, and is read when it is back',
    needs: ['replace', 'remove'],
    async run(make) {
      const fixture = await make([person('u1', {})]);
      await fixture.port.check('people');
      await fixture.remove();
      same(await codeOf(fixture.port.fetch('people', ['u1'])), 'source/unreachable');
      same(await codeOf(fixture.port.check('people')), 'source/unreachable');
      await fixture.replace([person('u1', { name: 'back' })]);
      same((await one(fixture.port, 'u1'))?.name, 'back');
    },
  },
  {
    name: 'a scan gives every row once, as fetch does',
    needs: ['scan'],
    async run(make) {
      const { port } = await make(SCANNED.map((id) => person(id, { name: `name of ${id}`, visits: '7' })));
      const found: (readonly [string, ValueMap])[] = [];
      for await (const one of scanOf(port)) found.push(one);
      const fetched = await port.fetch('people', SCANNED);
      sameItems(found, [...fetched]);
    },
  },
  {
    name: 'a scan that is left early harms nothing',
    needs: ['scan'],
    async run(make) {
      const { port } = await make(SCANNED.map((id) => person(id, {})));
      for await (const [key] of scanOf(port)) if (key !== '') break;
      const again: string[] = [];
      for await (const [key] of scanOf(port)) again.push(key);
      same(again.length, SCANNED.length);
    },
  },
  {
    name: 'a scan of a source that is not there throws source/unreachable',
    needs: ['scan', 'remove'],
    async run(make) {
      const { port, remove } = await make([person('u1', {})]);
      await remove();
      const read = async () => {
        for await (const one of scanOf(port)) throw new Error(`a row of nothing: ${one[0]}`);
      };
      same(await codeOf(read()), 'source/unreachable');
    },
  },
  {
    name: 'a table that is not declared throws source/unreachable',
    async run(make) {
      const { port } = await make([]);
      same(await codeOf(port.fetch('constructor', ['u1'])), 'source/unreachable');
    },
  },
];

const SCANNED = ['u1', 'User1', '张三', 'a,b'];

function scanOf(port: TableSourcePort): AsyncIterable<readonly [string, ValueMap]> {
  if (port.scan === undefined) throw new Error('the source cannot be scanned');
  return port.scan('people');
}

function person(id: string, columns: Readonly<Record<string, string>>): Readonly<Record<string, string | null>> {
  return { id, ...NOTHING, ...columns };
}

async function one(port: TableSourcePort, key: string): Promise<ValueMap | null | undefined> {
  return (await port.fetch('people', [key])).get(key);
}
