import type { CampaignDefinition, ListEntry } from '../../model/release.ts';
import { type Context, checkReference, objectsOf } from '../context.ts';
import { isUserKnown } from '../expressions.ts';
import type { CompiledTest, TestCase } from '../test-file.ts';
import type { CaseScope } from './case-scope.ts';
import { compileEntry } from './list.ts';
import { checkZone } from './project.ts';
import { compileExpectation } from './test-expect.ts';
import { instantAfter } from './test-instant.ts';
import { compileTimelineEntry } from './test-timeline.ts';
import { asValues, checkRow } from './test-values.ts';

/** Test files by name; instants resolved, names checked, data checked against the declared types. */
export function compileTests(
  context: Context,
  campaigns: Readonly<Record<string, CampaignDefinition>>,
): CompiledTest[] {
  return objectsOf(context, 'Test').map((object) => {
    const { spec } = object.value;
    for (const [index, name] of (spec.campaigns ?? []).entries()) {
      checkReference(context, 'Campaign', name, object.at('spec', 'campaigns', index));
    }
    const active = Object.values(campaigns).filter(({ state }) => state === 'active');
    return {
      name: object.name,
      file: object.file.path,
      campaigns: spec.campaigns ?? active.map(({ name }) => name),
      cases: spec.cases.map((one, index) =>
        compileCase({
          context,
          object,
          campaigns,
          spec: one,
          index,
          users: new Set(Object.keys(one.users ?? {})),
          eventIds: new Set(),
        }),
      ),
    };
  });
}

function compileCase(scope: CaseScope): TestCase {
  const { context, object, spec, index } = scope;
  const path = ['spec', 'cases', index];
  if (spec.zone !== undefined) checkZone(context, object, [...path, 'zone'], spec.zone);
  const table =
    context.project?.users.table === undefined ? undefined : context.tables.get(context.project.users.table);
  const isTableKnown = isUserKnown(context);
  for (const [user, row] of Object.entries(spec.users ?? {})) {
    if (isTableKnown) checkRow(scope, asValues(row), table?.fields ?? {}, [...path, 'users', user], "the users' table");
  }
  for (const channel of Object.keys(spec.channels ?? {}))
    checkReference(context, 'Channel', channel, object.keyAt(...path, 'channels', channel));
  const timeline: TestCase['timeline'][number][] = [];
  for (const [at, entry] of spec.timeline.entries()) {
    timeline.push(compileTimelineEntry(scope, entry, [...path, 'timeline', at], timeline.at(-1)?.atMs));
  }
  const startMs = timeline[0]?.atMs;
  const untilMs =
    spec.until === undefined ? undefined : instantAfter(scope, spec.until, [...path, 'until'], timeline.at(-1)?.atMs);
  return {
    name: spec.name,
    at: object.at(...path, 'name'),
    ...(spec.zone === undefined ? {} : { zone: spec.zone }),
    users: Object.fromEntries(Object.entries(spec.users ?? {}).map(([user, row]) => [user, asValues(row)])),
    channels: spec.channels ?? {},
    lists: compileCaseLists(scope, path),
    timeline,
    ...(untilMs === undefined ? {} : { untilMs }),
    expect: spec.expect.map((one, at) => compileExpectation(scope, one, [...path, 'expect', at], startMs)),
  };
}

function compileCaseLists(
  { context, object, spec }: CaseScope,
  path: readonly (string | number)[],
): Record<string, ListEntry[]> {
  return Object.fromEntries(
    Object.entries(spec.lists ?? {}).map(([name, entries]) => {
      const at = [...path, 'lists', name];
      checkReference(context, 'List', name, object.keyAt(...at));
      return [name, entries.map((entry, index) => compileEntry(context, object, entry, [...at, index]))];
    }),
  );
}
