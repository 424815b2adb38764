import type { StepDefinition, TemplateDefinition } from '../../model/release.ts';
import type { ExprUses } from '../../rules/check.ts';
import { BOOL, INT, type Type } from '../../rules/types.ts';
import { type Context, checkReference, findEventType } from '../context.ts';
import { type Roots, type RootTypes, typeOfField } from '../expressions.ts';
import type { Campaign, EmitStepSpec, SendStepSpec, SetStepSpec, WaitStepSpec } from '../generated/types.ts';
import type { RepositoryObject } from '../repository-object.ts';
import { suggestion } from '../suggest.ts';
import { clockMinute, durationMs } from '../time-values.ts';
import type { Path } from '../yaml/yaml-file.ts';
import type { JourneyGraph } from './journey.ts';
import { type CompiledTemplate, checkInputs } from './template.ts';

type StepSpec = Campaign['spec']['steps'][number];

const TEXT_HINT = 'text is written in quotes of its own: \'"gold"\'';

/** What the parts of one campaign share while it is compiled. */
export interface StepScope {
  readonly context: Context;
  readonly object: RepositoryObject<'Campaign'>;
  readonly roots: RootTypes;
  readonly templates: ReadonlyMap<string, CompiledTemplate>;
  /** What the expressions read so far. */
  readonly uses: ExprUses[];
  /** Templates that its steps send. */
  readonly used: Map<string, TemplateDefinition>;
  check(text: string, path: Path, roots: Roots, expected?: Type, nameHint?: string): void;
}

/** One step, its ways on resolved. */
export function compileStep(scope: StepScope, step: StepSpec, index: number, graph: JourneyGraph): StepDefinition {
  const path = ['spec', 'steps', index];
  const following = graph.following.get(step.id);
  const base = { id: step.id, ...(following === undefined ? {} : { next: following }) };
  if ('wait' in step) return compileWait(scope, step, path, base);
  if ('branch' in step) return compileBranch(scope, step, path, base);
  if ('send' in step) return { kind: 'send', ...base, ...compileSend(scope, step.send, path) };
  if ('set' in step) return { kind: 'set', ...base, values: compileSet(scope, step.set, [...path, 'set']) };
  if ('emit' in step) return { kind: 'emit', ...base, ...compileEmit(scope, step.emit, [...path, 'emit']) };
  return { kind: 'exit', id: step.id };
}

interface Base {
  readonly id: string;
  readonly next?: string;
}

function compileWait(scope: StepScope, { wait }: WaitStepSpec, path: Path, base: Base): StepDefinition {
  const from = wait.from ?? 'previous';
  if ('after' in wait) return { kind: 'waitAfter', ...base, ms: durationMs(wait.after), from };
  if ('in' in wait) {
    const { days, at } = wait.in;
    if (typeof days === 'string') scope.check(days, [...path, 'wait', 'in', 'days'], scope.roots.journey(), INT);
    return {
      kind: 'waitIn',
      ...base,
      days: String(days),
      ...(at === undefined ? {} : { atMinute: clockMinute(at) }),
      from,
    };
  }
  const { event, where } = wait.for;
  findEventType(scope.context, event, scope.object.at(...path, 'wait', 'for', 'event'));
  if (where !== undefined) scope.check(where, [...path, 'wait', 'for', 'where'], scope.roots.awaited(event), BOOL);
  const next = base.next ?? wait.onTimeout ?? wait.onMatch;
  return {
    kind: 'waitFor',
    id: base.id,
    ...(next === undefined ? {} : { next }),
    event,
    ...(where === undefined ? {} : { where }),
    timeoutMs: durationMs(wait.timeout),
    from,
    onMatch: wait.onMatch ?? next ?? '',
    onTimeout: wait.onTimeout ?? next ?? '',
  };
}

function compileBranch(
  scope: StepScope,
  step: StepSpec & { readonly branch: readonly { readonly when?: string; readonly next: string }[] },
  path: Path,
  base: Base,
): StepDefinition {
  const cases = step.branch.map(({ when, next }, index) => {
    if (when !== undefined) scope.check(when, [...path, 'branch', index, 'when'], scope.roots.journey(), BOOL);
    return { ...(when === undefined ? {} : { when }), next };
  });
  const coversAll = cases.at(-1)?.when === undefined;
  return coversAll ? { kind: 'branch', id: base.id, cases } : { kind: 'branch', ...base, cases };
}

function compileSend(
  scope: StepScope,
  send: SendStepSpec['send'],
  path: Path,
): Pick<SendStepDefinition, 'template' | 'via' | 'onUnknown'> {
  const { context, object } = scope;
  const at = [...path, 'send'];
  const isKnown = checkReference(context, 'Template', send.template, object.at(...at, 'template'));
  for (const [index, channel] of send.via.entries()) checkVia(scope, send, channel, [...at, 'via', index], index);
  if (send.onUnknown === 'resend') checkResend(scope, [...at, 'onUnknown']);
  const template = isKnown ? scope.templates.get(send.template) : undefined;
  if (template !== undefined) {
    for (const uses of checkInputs(context, template, scope.roots.journey()))
      if (uses !== undefined) scope.uses.push(uses);
    checkContent(scope, template, send.via, [...at, 'via']);
    scope.used.set(send.template, template.definition);
  }
  return {
    template: send.template,
    via: send.via,
    ...(send.onUnknown === undefined ? {} : { onUnknown: send.onUnknown }),
  };
}

type SendStepDefinition = Extract<StepDefinition, { readonly kind: 'send' }>;

function checkVia(scope: StepScope, send: SendStepSpec['send'], channel: string, path: Path, index: number): void {
  const { context, object } = scope;
  if (send.via.indexOf(channel) < index) {
    context.findings.add('campaign/duplicate-channel', object.at(...path), `\`${channel}\` stands in \`via\` twice`, {
      hint: 'a channel is tried once; how often it retries is its own setting',
    });
    return;
  }
  if (!checkReference(context, 'Channel', channel, object.at(...path))) return;
  if (send.onUnknown === undefined && context.channels.get(channel)?.onUnknown === 'resend') checkResend(scope, path);
}

/** Sending again after an unknown outcome may reach a user twice (R11). */
function checkResend({ context, object }: StepScope, path: Path): void {
  if ((object.value.spec.class ?? 'marketing') === 'transactional') return;
  context.findings.add(
    'campaign/resend-marketing',
    object.at(...path),
    'a marketing message is not sent again while its outcome is unknown',
    {
      hint: 'use hold or fallback; resend is for class: transactional (R11)',
    },
  );
}

function checkContent(
  { context, object }: StepScope,
  { definition }: CompiledTemplate,
  via: readonly string[],
  path: Path,
): void {
  for (const [index, channel] of via.entries()) {
    const provider = context.channels.get(channel)?.provider.type;
    const content = definition.content[channel] ?? definition.content['default'];
    const at = object.at(...path, index);
    if (content === undefined) {
      context.findings.add(
        'template/no-content',
        at,
        `the template \`${definition.name}\` has no content for \`${channel}\``,
        {
          hint: `add content.${channel} or content.default to it`,
        },
      );
    } else if (provider === 'email' && content.subject === undefined) {
      context.findings.add(
        'template/missing-subject',
        at,
        `the template \`${definition.name}\` has no subject, and \`${channel}\` is e-mail`,
        {
          hint: 'add `subject` to its content',
        },
      );
    }
  }
}

function compileSet(scope: StepScope, set: SetStepSpec['set'], path: Path): Record<string, string> {
  const { context, object } = scope;
  const attributes = context.project?.users.attributes;
  const entries = Object.entries(set).map(([name, value]) => {
    const declared = attributes?.[name];
    if (attributes !== undefined && declared === undefined) {
      const hint = suggestion(name, Object.keys(attributes), 'attribute');
      context.findings.add(
        'link/unknown-attribute',
        object.keyAt(...path, name),
        `mka.yaml declares no attribute \`${name}\` under spec.users.attributes`,
        { hint },
      );
    }
    const expected = declared === undefined ? undefined : typeOfField(declared);
    scope.check(String(value), [...path, name], scope.roots.journey(), expected, TEXT_HINT);
    return [name, String(value)] as const;
  });
  return Object.fromEntries(entries);
}

function compileEmit(
  scope: StepScope,
  emit: EmitStepSpec['emit'],
  path: Path,
): { event: string; data: Record<string, string> } {
  const { context, object } = scope;
  const type = findEventType(context, emit.event, object.at(...path, 'event'));
  const data = emit.data ?? {};
  for (const [name, value] of Object.entries(data)) {
    const field = type?.fields[name];
    if (type !== undefined && field === undefined) {
      const hint = suggestion(name, Object.keys(type.fields), 'field');
      context.findings.add(
        'link/unknown-field',
        object.keyAt(...path, 'data', name),
        `\`${emit.event}\` has no field \`${name}\``,
        { hint },
      );
    }
    const expected = field === undefined ? undefined : typeOfField(field);
    scope.check(String(value), [...path, 'data', name], scope.roots.journey(), expected, TEXT_HINT);
  }
  for (const [name, field] of Object.entries(type?.fields ?? {})) {
    if (!field.required || name in data || type?.user === `data.${name}`) continue;
    context.findings.add(
      'campaign/missing-field',
      object.at(...path, 'event'),
      `\`${emit.event}\` needs the field \`${name}\``,
      {
        hint: `add data: {${name}: …}`,
      },
    );
  }
  return {
    event: emit.event,
    data: Object.fromEntries(Object.entries(data).map(([name, value]) => [name, String(value)])),
  };
}
