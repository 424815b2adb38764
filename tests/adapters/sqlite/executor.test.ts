import { expect, it } from 'vitest';
import type { Connection } from '../../../src/engine/adapters/sqlite-worker/connection.ts';
import { Executor } from '../../../src/engine/adapters/sqlite-worker/executor.ts';
import { reading, Undo, writing } from '../../../src/engine/adapters/sqlite-worker/procedure.ts';

const insert = (db: Connection, n: number) => db.run('INSERT INTO t (n) VALUES (?)', n);
const procedures = {
  open: writing((db) => db.exec('CREATE TABLE t (n INTEGER PRIMARY KEY)')),
  insert: writing(insert),
  insertAndUndo: writing((db, n: number) => {
    insert(db, n);
    throw new Undo('undone');
  }),
  insertAndRollBack: writing((db, n: number) => {
    insert(db, n);
    // As SQLite does by itself when the disk is full.
    db.exec('ROLLBACK');
    throw new Error('disk full');
  }),
  all: reading((db) => db.rows<[number]>('SELECT n FROM t ORDER BY n').map(([n]) => n)),
};

function opened(): (...calls: [string, unknown][]) => unknown[] {
  const executor = new Executor('store', ':memory:', procedures);
  const run = (...calls: [string, unknown][]) =>
    executor
      .execute(calls.map(([name, args], id) => ({ id, name, args })))
      .map((reply) => ('failure' in reply ? 'failed' : reply.result));
  run(['open', undefined]);
  return run;
}

it('requests of one group see each other in their order', () => {
  const run = opened();
  expect(run(['insert', 1], ['all', 0], ['insert', 2], ['all', 0])).toEqual([1, [1], 1, [1, 2]]);
});

it('a request that fails or undoes itself takes back its own changes alone', () => {
  const run = opened();
  expect(run(['insert', 1], ['insertAndUndo', 2], ['insert', 1], ['insert', 3])).toEqual([1, 'undone', 'failed', 1]);
  expect(run(['all', 0])).toEqual([[1, 3]]);
});

it('a lone request that fails or undoes itself changes nothing', () => {
  const run = opened();
  run(['insert', 1]);
  expect([run(['insertAndUndo', 2]), run(['insert', 1]), run(['all', 0])]).toEqual([['undone'], ['failed'], [[1]]]);
});

it('when SQLite itself rolls back, the whole group fails and the next one works', () => {
  const run = opened();
  expect(run(['insert', 1], ['insertAndRollBack', 2], ['insert', 3])).toEqual(['failed', 'failed', 'failed']);
  expect(run(['insertAndRollBack', 2])).toEqual(['failed']);
  expect(run(['insert', 4], ['all', 0])).toEqual([1, [4]]);
});
