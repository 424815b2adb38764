import { checkReference } from '../context.ts';
import { suggestion } from '../suggest.ts';
import type { Expectation } from '../test-file.ts';
import type { Path } from '../yaml/yaml-file.ts';
import type { CaseScope, CaseSpec } from './case-scope.ts';
import { instantAfter } from './test-instant.ts';

type ExpectSpec = CaseSpec['expect'][number];

/** One expectation; relative instants count from the first entry of the timeline. */
export function compileExpectation(
  scope: CaseScope,
  spec: ExpectSpec,
  path: Path,
  startMs: number | undefined,
): Expectation {
  const { context, object, users } = scope;
  if (!users.has(spec.user)) {
    const hint = suggestion(spec.user, users, 'user');
    context.findings.add('test/unknown-user', object.at(...path, 'user'), `the case knows no user \`${spec.user}\``, {
      hint,
    });
  }
  const at = object.at(...path);
  if ('nothing' in spec) return { kind: 'nothing', at, user: spec.user };
  if (spec.campaign !== undefined) checkReference(context, 'Campaign', spec.campaign, object.at(...path, 'campaign'));
  const base = {
    at,
    user: spec.user,
    ...(spec.at === undefined ? {} : { atMs: instantAfter(scope, spec.at, [...path, 'at'], startMs) }),
    ...(spec.campaign === undefined ? {} : { campaign: spec.campaign }),
  };
  if ('end' in spec) return { ...base, kind: 'end', reason: spec.end };
  if ('refused' in spec) return { ...base, kind: 'refused', reason: spec.refused };
  if ('skipped' in spec) {
    checkStep(scope, spec.skipped, spec.campaign, [...path, 'skipped']);
    return { ...base, kind: 'skipped', step: spec.skipped, reason: spec.reason };
  }
  if ('held' in spec) {
    checkStep(scope, spec.held, spec.campaign, [...path, 'held']);
    const untilMs = spec.until === undefined ? undefined : instantAfter(scope, spec.until, [...path, 'until'], startMs);
    return {
      ...base,
      kind: 'held',
      step: spec.held,
      reason: spec.reason,
      ...(untilMs === undefined ? {} : { untilMs }),
    };
  }
  checkStep(scope, spec.send, spec.campaign, [...path, 'send']);
  if (spec.via !== undefined) checkReference(context, 'Channel', spec.via, object.at(...path, 'via'));
  return {
    ...base,
    kind: 'send',
    step: spec.send,
    ...(spec.via === undefined ? {} : { via: spec.via }),
    ...(spec.contains === undefined ? {} : { contains: spec.contains }),
  };
}

function checkStep(
  { context, object, campaigns }: CaseScope,
  step: string,
  campaign: string | undefined,
  path: Path,
): void {
  const taking = object.value.spec.campaigns ?? Object.keys(campaigns);
  const names = campaign === undefined ? taking : [campaign];
  // A campaign with findings of its own is not among the compiled ones; then nothing can be said.
  if (names.some((name) => campaigns[name] === undefined)) return;
  const steps = names.flatMap((name) => campaigns[name]?.steps ?? []).filter(({ kind }) => kind === 'send');
  if (steps.some(({ id }) => id === step)) return;
  const hint = suggestion(
    step,
    steps.map(({ id }) => id),
    'send step',
  );
  context.findings.add('link/unknown-step', object.at(...path), `no send step is called \`${step}\``, { hint });
}
