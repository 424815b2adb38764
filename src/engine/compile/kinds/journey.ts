import type { Context } from '../context.ts';
import type { Campaign } from '../generated/types.ts';
import type { RepositoryObject } from '../repository-object.ts';
import { suggestion } from '../suggest.ts';
import { durationMs } from '../time-values.ts';
import type { Path } from '../yaml/yaml-file.ts';

type StepSpec = Campaign['spec']['steps'][number];

/** One way on from a step; `waits` says that time surely passes on it, so that a loop over it ends. */
interface Edge {
  readonly to: string;
  readonly waits: boolean;
  /** Where the target is named; absent: it is the step below. */
  readonly path?: Path;
}

/** The steps of a campaign as a graph: which step follows which. */
export interface JourneyGraph {
  readonly edges: ReadonlyMap<string, readonly Edge[]>;
  /** The step that follows by `next` or by standing below; undefined where there is none. */
  readonly following: ReadonlyMap<string, string | undefined>;
}

/** Resolves and checks the ways of a journey: names, ends, reach, loops. */
export function checkJourney(context: Context, object: RepositoryObject<'Campaign'>): JourneyGraph {
  const { steps } = object.value.spec;
  const atStart = context.findings.size;
  const ids = checkIds(context, object, steps);
  const following = new Map(steps.map((step, index) => [step.id, nextOf(step) ?? steps[index + 1]?.id]));
  const edges = new Map(
    steps.map((step, index) => [step.id, edgesOf(step, ['spec', 'steps', index], following.get(step.id))]),
  );
  for (const { to, path } of [...edges.values()].flat()) {
    if (path === undefined || ids.has(to)) continue;
    const hint = suggestion(to, ids, 'step');
    context.findings.add('link/unknown-step', object.at(...path), `there is no step \`${to}\``, { hint });
  }
  checkDefaults(context, object, steps);
  checkEnd(context, object, steps);
  // Where a name leads nowhere or an end is missing, what is reached cannot be told.
  if (context.findings.size === atStart) {
    checkReach(context, object, steps, edges);
    checkLoops(context, object, steps, edges);
  }
  return { edges, following };
}

function checkIds(context: Context, object: RepositoryObject, steps: readonly StepSpec[]): Set<string> {
  const first = new Map<string, number>();
  for (const [index, { id }] of steps.entries()) {
    const earlier = first.get(id);
    if (earlier === undefined) first.set(id, index);
    else {
      context.findings.add(
        'journey/duplicate-step',
        object.at('spec', 'steps', index, 'id'),
        `two steps are called \`${id}\``,
        {
          hint: 'ids are part of send keys: give each step its own',
          related: [{ message: 'the first one', at: object.at('spec', 'steps', earlier, 'id') }],
        },
      );
    }
  }
  return new Set(first.keys());
}

function nextOf(step: StepSpec): string | undefined {
  return 'next' in step ? step.next : undefined;
}

function edgesOf(step: StepSpec, path: Path, following: string | undefined): Edge[] {
  const onward = (waits: boolean): Edge[] => {
    if (following === undefined) return [];
    return [{ to: following, waits, ...(nextOf(step) === undefined ? {} : { path: [...path, 'next'] }) }];
  };
  if ('exit' in step) return [];
  if ('branch' in step) {
    const cases = step.branch.map((one, index) => ({
      to: one.next,
      waits: false,
      path: [...path, 'branch', index, 'next'],
    }));
    return step.branch.at(-1)?.when === undefined ? cases : [...cases, ...onward(false)];
  }
  if (!('wait' in step)) return onward(false);
  const { wait } = step;
  const fromEntry = wait.from === 'entry';
  if ('after' in wait) return onward(!fromEntry && durationMs(wait.after) > 0);
  if ('in' in wait) return onward(!fromEntry && wait.in.days !== 0);
  const ways: Edge[] = [];
  // The event that has matched once matches again when the step is reached again (R6), so a match is no wait.
  if (wait.onMatch !== undefined) ways.push({ to: wait.onMatch, waits: false, path: [...path, 'wait', 'onMatch'] });
  const timeoutWaits = !fromEntry && durationMs(wait.timeout) > 0;
  if (wait.onTimeout !== undefined)
    ways.push({ to: wait.onTimeout, waits: timeoutWaits, path: [...path, 'wait', 'onTimeout'] });
  if (wait.onMatch === undefined || (wait.onTimeout === undefined && !timeoutWaits)) ways.push(...onward(false));
  else if (wait.onTimeout === undefined) ways.push(...onward(timeoutWaits));
  return ways;
}

function checkDefaults(context: Context, object: RepositoryObject, steps: readonly StepSpec[]): void {
  for (const [index, step] of steps.entries()) {
    if (!('branch' in step)) continue;
    const at = step.branch.findIndex((one) => one.when === undefined);
    if (at < 0 || at === step.branch.length - 1) continue;
    context.findings.add(
      'journey/default-not-last',
      object.at('spec', 'steps', index, 'branch', at),
      'a case without `when` takes everything; the cases below it are never reached',
      {
        hint: 'put it last',
      },
    );
  }
}

/** Only the last step can have nothing below it. */
function checkEnd(context: Context, object: RepositoryObject, steps: readonly StepSpec[]): void {
  const index = steps.length - 1;
  const last = steps[index];
  if (last === undefined || 'exit' in last || nextOf(last) !== undefined) return;
  if ('branch' in last && last.branch.at(-1)?.when === undefined) return;
  if ('wait' in last && 'for' in last.wait && last.wait.onMatch !== undefined && last.wait.onTimeout !== undefined)
    return;
  context.findings.add(
    'journey/missing-end',
    object.at('spec', 'steps', index, 'id'),
    `nothing follows the last step \`${last.id}\``,
    {
      hint: 'add `- {id: done, exit: {}}` below it, or say `next`',
    },
  );
}

function checkReach(
  context: Context,
  object: RepositoryObject,
  steps: readonly StepSpec[],
  edges: JourneyGraph['edges'],
): void {
  const reached = new Set<string>();
  const open = steps[0] === undefined ? [] : [steps[0].id];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (reached.has(id)) continue;
    reached.add(id);
    open.push(...(edges.get(id) ?? []).map(({ to }) => to));
  }
  for (const [index, { id }] of steps.entries()) {
    // What stands below an unreachable step falls with it: one finding a gap.
    if (reached.has(id) || (index > 0 && !reached.has(steps[index - 1]?.id ?? ''))) continue;
    context.findings.add(
      'journey/unreachable-step',
      object.at('spec', 'steps', index, 'id'),
      `no way leads to the step \`${id}\``,
      {
        hint: 'name it in a `next`, or delete it',
      },
    );
  }
}

/** A cycle of ways on which no time passes would run for ever at one instant. */
function checkLoops(
  context: Context,
  object: RepositoryObject,
  steps: readonly StepSpec[],
  edges: JourneyGraph['edges'],
): void {
  const place = new Map(steps.map(({ id }, index) => [id, index]));
  const state = new Map<string, 'open' | 'done'>();
  const visit = (id: string): void => {
    state.set(id, 'open');
    for (const { to, waits, path } of edges.get(id) ?? []) {
      if (waits) continue;
      if (state.get(to) === 'open') {
        const at = path === undefined ? object.at('spec', 'steps', place.get(id) ?? 0, 'id') : object.at(...path);
        context.findings.add(
          'journey/loop-without-wait',
          at,
          `the way back to \`${to}\` is a loop in which no time passes`,
          {
            hint: 'put a `wait: {after: …}` into it; a wait from the entry or for an event that has matched does not count',
          },
        );
      } else if (state.get(to) === undefined) visit(to);
    }
    state.set(id, 'done');
  };
  for (const { id } of steps) if (state.get(id) === undefined) visit(id);
}
