import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import type { Value } from '../../src/engine/model/value.ts';
import { compileValue } from '../../src/engine/rules/compile.ts';
import { parseExpression } from '../../src/engine/rules/parse.ts';
import { BOOL, INT, STRING, structOf, type TypeEnv } from '../../src/engine/rules/types.ts';
import { createRandom, type Random } from './random.ts';

/** One condition in CEL and in SQL. */
interface Both {
  readonly cel: string;
  readonly sql: string;
}

const ENV: TypeEnv = { roots: { user: structOf({ b1: BOOL, b2: BOOL, i1: INT, i2: INT, s1: STRING, s2: STRING }) } };
const TEXTS = ['', 'a', 'b', 'ab', 'Z', '中', '\u{1f600}', '\ufffd', '\ue000'];
const ROWS = 60;

const database = new DatabaseSync(':memory:');
afterAll(() => database.close());

describe('R0: operators on null', () => {
  it("give SQL's answers, with null for an error, on generated conditions over rows with nulls", {
    timeout: 60_000,
  }, () => {
    const random = createRandom(7);
    const rows = createRows(random);
    const differences: string[] = [];
    const seen = { true: 0, false: 0, null: 0 };
    for (let at = 0; at < 3000 && differences.length < 5; at += 1) {
      const { cel, sql } = condition(random, 1 + random.below(3));
      const answers = database.prepare(`SELECT (${sql}) AS answer FROM users ORDER BY id`).all() as {
        answer: number | null;
      }[];
      const run = compiled(cel);
      for (const [id, row] of rows.entries()) {
        const answer = answers[id]?.answer ?? null;
        const expected = answer === null ? null : answer !== 0;
        const own = run({ user: row }) ?? null;
        seen[String(expected) as keyof typeof seen] += 1;
        if (own !== expected)
          differences.push(
            `${cel}\n  ${sql}\n  on ${JSON.stringify(row)}: mka ${JSON.stringify(own)}, SQL ${JSON.stringify(expected)}`,
          );
      }
    }
    expect(differences).toEqual([]);
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(5000);
  });
});

function compiled(cel: string) {
  const parsed = parseExpression(cel);
  if (!parsed.ok) throw new Error(`${cel}: ${parsed.findings[0]?.message}`);
  return compileValue(parsed.expr, ENV);
}

function createRows(random: Random): Record<string, Value>[] {
  database.exec(
    'CREATE TABLE users (id INTEGER PRIMARY KEY, b1 INTEGER, b2 INTEGER, i1 INTEGER, i2 INTEGER, s1 TEXT, s2 TEXT)',
  );
  const insert = database.prepare('INSERT INTO users VALUES (?, ?, ?, ?, ?, ?, ?)');
  return Array.from({ length: ROWS }, (_, id) => {
    const maybe = (value: Value): Value => (random.chance(0.3) ? null : value);
    const row = {
      b1: maybe(random.chance(0.5)),
      b2: maybe(random.chance(0.5)),
      i1: maybe(random.below(5) - 2),
      i2: maybe(random.below(5) - 2),
      s1: maybe(random.pick(TEXTS)),
      s2: maybe(random.pick(TEXTS)),
    };
    insert.run(
      id,
      ...Object.values(row).map((value) =>
        typeof value === 'boolean' ? Number(value) : (value as string | number | null),
      ),
    );
    // Null and absent are one value: leave about half of the nulls out.
    return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null || random.chance(0.5)));
  });
}

function condition(random: Random, depth: number): Both {
  if (depth <= 0) return leaf(random);
  const [left, right] = [condition(random, depth - 1), condition(random, depth - 1)];
  return random.pick([
    () => ({ cel: `(${left.cel} && ${right.cel})`, sql: `(${left.sql} AND ${right.sql})` }),
    () => ({ cel: `(${left.cel} || ${right.cel})`, sql: `(${left.sql} OR ${right.sql})` }),
    () => ({ cel: `!(${left.cel})`, sql: `NOT (${left.sql})` }),
    () => ({ cel: `(${left.cel} == ${right.cel})`, sql: `((${left.sql}) = (${right.sql}))` }),
    () => leaf(random),
  ])();
}

function leaf(random: Random): Both {
  const isText = random.chance(0.4);
  const operand = (): Both => (isText ? text(random) : integer(random, 1));
  const column = random.pick(['b1', 'b2', 'i1', 'i2', 's1', 's2']);
  return random.pick([
    () => comparison(operand(), random.pick(['==', '!=', '<', '<=', '>', '>=']), operand()),
    () => comparison(operand(), random.pick(['==', '!=', '<', '<=', '>', '>=']), operand()),
    () => membership(operand(), [operand(), operand(), operand()]),
    () => ({ cel: `(user.${column} == null)`, sql: `(${column} IS NULL)` }),
    () => ({ cel: `has(user.${column})`, sql: `(${column} IS NOT NULL)` }),
    () => ({ cel: 'user.b1', sql: 'b1' }),
  ])();
}

function comparison(left: Both, op: string, right: Both): Both {
  return { cel: `(${left.cel} ${op} ${right.cel})`, sql: `(${left.sql} ${op === '==' ? '=' : op} ${right.sql})` };
}

function membership(left: Both, items: readonly Both[]): Both {
  return {
    cel: `(${left.cel} in [${items.map(({ cel }) => cel).join(', ')}])`,
    sql: `(${left.sql} IN (${items.map(({ sql }) => sql).join(', ')}))`,
  };
}

function text(random: Random): Both {
  if (random.chance(0.7)) {
    const column = random.pick(['s1', 's2']);
    return { cel: `user.${column}`, sql: column };
  }
  const value = random.pick(TEXTS);
  return { cel: JSON.stringify(value), sql: `'${value}'` };
}

function integer(random: Random, depth: number): Both {
  if (depth > 0 && random.chance(0.4)) {
    const [left, right] = [integer(random, depth - 1), integer(random, depth - 1)];
    // Division by zero is an error in CEL and NULL in SQLite.
    const op = random.pick(['+', '-', '*', '/', '%']);
    return { cel: `(${left.cel} ${op} ${right.cel})`, sql: `(${left.sql} ${op} ${right.sql})` };
  }
  if (random.chance(0.7)) {
    const column = random.pick(['i1', 'i2']);
    return { cel: `user.${column}`, sql: column };
  }
  const value = random.below(5) - 2;
  return { cel: String(value), sql: String(value) };
}
