import { celEnv, isCelError, isCelList, parse, plan } from '@bufbuild/cel';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { describe, expect, it } from 'vitest';
import type { Value } from '../../src/engine/model/value.ts';
import { compileValue } from '../../src/engine/rules/compile.ts';
import { parseExpression } from '../../src/engine/rules/parse.ts';
import { parseTimestamp } from '../../src/engine/rules/time.ts';
import { ENV, type Pair, randomData, randomExpression } from './expressions.ts';
import { createRandom } from './random.ts';

const EXPRESSIONS = 10_000;
const SCOPES = 3;
const cel = celEnv();

describe('R0: a second implementation of CEL', () => {
  it(`agrees on ${EXPRESSIONS} generated expressions`, { timeout: 60_000 }, () => {
    const random = createRandom(20_260_401);
    const differences: string[] = [];
    const seen = { values: 0, errors: 0 };
    for (let at = 0; at < EXPRESSIONS && differences.length < 5; at += 1) {
      const pair = randomExpression(random, 1 + random.below(3));
      const [runOwn, runOther] = [ownFunction(pair), otherFunction(pair)];
      for (let each = 0; each < SCOPES; each += 1) {
        const data = randomData(random, each === 0 ? 0 : 0.25);
        const [own, other] = [runOwn(data), runOther(data)];
        seen[own === undefined ? 'errors' : 'values'] += 1;
        if (!Object.is(JSON.stringify(own), JSON.stringify(other))) {
          differences.push(
            `${pair.mka}\n  on ${JSON.stringify(data)}\n  mka ${JSON.stringify(own)}, other ${JSON.stringify(other)}`,
          );
        }
      }
    }
    expect(differences).toEqual([]);
    expect(seen.values).toBeGreaterThan(EXPRESSIONS);
    expect(seen.errors).toBeGreaterThan(EXPRESSIONS / 10);
  });
});

type Run = (data: Record<string, Value>) => unknown;

function ownFunction({ mka }: Pair): Run {
  const parsed = parseExpression(mka);
  if (!parsed.ok) throw new Error(`${mka}: ${parsed.findings[0]?.message}`);
  const run = compileValue(parsed.expr, ENV);
  // A field that is absent as a whole result is null here and an error there.
  return (data) => plainNumber(run({ event: { data } }) ?? undefined);
}

function otherFunction({ cel: text }: Pair): Run {
  const run = plan(cel, parse(text));
  return (data) => {
    const result: unknown = run({ event: { data: celData(data) } } as never);
    return isCelError(result) ? undefined : plainNumber(plain(result));
  };
}

/** The same data as CEL's values: ints are bigint, instants messages; absent fields stay absent. */
function celData(data: Record<string, Value>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => {
      if (name.startsWith('i')) return [name, BigInt(value as number)];
      if (name === 'l2') return [name, (value as number[]).map(BigInt)];
      return [name, name.startsWith('t') ? timestampFromMs(parseTimestamp(value as string) as number) : value];
    }),
  );
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (isCelList(value)) return [...value].map(plain);
  const message = (value as { message?: { seconds?: bigint; nanos?: number } } | null)?.message;
  if (message?.seconds !== undefined) return Number(message.seconds) * 1000 + (message.nanos ?? 0) / 1e6;
  return value;
}

/** JSON has neither NaN nor infinity. */
function plainNumber(value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
