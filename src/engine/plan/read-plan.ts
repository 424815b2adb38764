import { MkaError } from '../kernel/mka-error.ts';
import type { Plan } from '../model/plan.ts';
import { planDigest } from './canonical.ts';

const VERSION = 1;

type Shape = (value: unknown) => boolean;

const text: Shape = (value) => typeof value === 'string';
const number: Shape = (value) => typeof value === 'number' && Number.isFinite(value);
const orNull =
  (shape: Shape): Shape =>
  (value) =>
    value === null || shape(value);
const optional =
  (shape: Shape): Shape =>
  (value) =>
    value === undefined || shape(value);
const oneOf =
  (...words: readonly string[]): Shape =>
  (value) =>
    words.includes(value as string);
const list =
  (shape: Shape): Shape =>
  (value) =>
    Array.isArray(value) && value.every(shape);
const any: Shape = () => true;
/** An object with these keys and no others: what nobody knows would be carried along unseen. */
const record =
  (keys: Readonly<Record<string, Shape>>): Shape =>
  (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const found = value as Readonly<Record<string, unknown>>;
    return (
      Object.keys(found).every((key) => Object.hasOwn(keys, key)) &&
      Object.entries(keys).every(([key, shape]) => shape(found[key]))
    );
  };

const changeClass = oneOf('cosmetic', 'additive', 'breaking', 'destructive');

const field = record({ path: text, before: any, after: any, class: changeClass, reason: text });

/** The shape of model/plan.ts and schemas/plan.json. */
const PLAN = record({
  formatVersion: number,
  digest: text,
  project: text,
  environment: text,
  base: record({ generation: number, bundle: orNull(text) }),
  target: record({ bundle: text }),
  class: changeClass,
  changes: list(
    record({
      object: text,
      action: oneOf('create', 'update', 'delete'),
      class: changeClass,
      owner: optional(text),
      fields: list(field),
    }),
  ),
  policy: record({
    digest: text,
    findings: list(
      record({
        policy: text,
        rule: text,
        level: oneOf('advisory', 'overridable', 'mandatory'),
        object: text,
        message: text,
        waived: optional(text),
      }),
    ),
  }),
  requires: list(record({ policy: text, rule: text, count: number, team: optional(text) })),
  origin: record({ commit: orNull(text), tree: orNull(text), authors: list(text), createdAtMs: number }),
  occupancy: list(record({ campaign: text, definition: text, step: text, users: number, becomes: text })),
  audience: list(
    record({
      campaign: text,
      before: orNull(number),
      after: orNull(number),
      enters: orNull(number),
      leaves: orNull(number),
    }),
  ),
});

/**
 * Reads the text of a plan file. Throws MkaError `plan/unreadable`, `plan/newer-version`, or `plan/edited` when its digest is
 * not that of its content. A good digest proves no more than that nobody erred: who edits can compute it again.
 */
export function readPlan(source: string): Plan {
  const value = parse(source);
  const { formatVersion } = value;
  if (typeof formatVersion === 'number' && formatVersion > VERSION) {
    throw new MkaError('plan/newer-version', `the plan has format ${formatVersion}; this mka knows ${VERSION}`, {
      hint: 'use the mka that made it, or a later one',
    });
  }
  if (formatVersion !== VERSION || !PLAN(value)) throw unreadable('it does not have the shape of a plan');
  const plan = value as unknown as Plan;
  if (planDigest(plan) !== plan.digest) {
    throw new MkaError('plan/edited', 'the digest of the plan is not that of its content: it was edited', {
      hint: 'make the plan again with mka plan',
    });
  }
  return plan;
}

function parse(source: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(source);
    if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch {
    throw unreadable('it is no JSON');
  }
  throw unreadable('it is no JSON object');
}

function unreadable(why: string): MkaError {
  return new MkaError('plan/unreadable', `this is no plan: ${why}`, { hint: 'mka plan --out FILE writes one' });
}
