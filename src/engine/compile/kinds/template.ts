import { createRenderer } from '../../messages/render.ts';
import type { TemplateContent, TemplateDefinition, TemplateInput } from '../../model/release.ts';
import type { Value } from '../../model/value.ts';
import type { ExprUses } from '../../rules/check.ts';
import { BOOL, DOUBLE, INT, STRING, type Type } from '../../rules/types.ts';
import { type Context, checkReference, objectsOf } from '../context.ts';
import { checkCel, type Roots } from '../expressions.ts';
import type { TemplateInputSpec } from '../generated/types.ts';
import { rangeOf } from '../line-index.ts';
import { checkLiquid } from '../liquid.ts';
import type { RepositoryObject } from '../repository-object.ts';
import { suggestion } from '../suggest.ts';
import { decodeText } from '../text.ts';
import { reportMissing, resolveOrReport } from './source.ts';

const TYPES: Readonly<Record<TemplateInput['type'], Type>> = { string: STRING, int: INT, double: DOUBLE, bool: BOOL };

/** A template as far as it can be known without the campaign that uses it. */
export interface CompiledTemplate {
  readonly object: RepositoryObject<'Template'>;
  readonly definition: TemplateDefinition;
}

/** Templates by name: their texts read, parsed and rendered with their samples. */
export function compileTemplates(context: Context): ReadonlyMap<string, CompiledTemplate> {
  return new Map(
    objectsOf(context, 'Template').map((object) => {
      const inputs = Object.entries(object.value.spec.inputs ?? {});
      const before = context.findings.size;
      const definition: TemplateDefinition = {
        name: object.name,
        type: 'text',
        inputs: Object.fromEntries(inputs.map(([name, input]) => [name, lowerInput(context, object, name, input)])),
        content: compileContent(context, object),
      };
      if (context.findings.size === before) checkSamples(context, object, definition);
      return [object.name, { object, definition }];
    }),
  );
}

/** Checks the inputs against what a campaign has to give; what they read, or undefined when something is wrong. */
export function checkInputs(
  context: Context,
  { object, definition }: CompiledTemplate,
  roots: Roots,
): (ExprUses | undefined)[] {
  return Object.entries(definition.inputs).map(([name, input]) =>
    checkCel(context, input.from, {
      object,
      path: ['spec', 'inputs', name, 'from'],
      roots,
      expected: TYPES[input.type],
      nameHint: 'text is written in quotes of its own: \'"customer"\'',
    }),
  );
}

function lowerInput(context: Context, object: RepositoryObject, name: string, input: TemplateInputSpec): TemplateInput {
  const { default: fallback } = input;
  if (fallback !== undefined && !fitsInput(input.type, fallback)) {
    context.findings.add(
      'template/default-type',
      object.at('spec', 'inputs', name, 'default'),
      `the default of \`${name}\` is not ${input.type}`,
    );
  }
  return { type: input.type, from: input.from, ...(fallback === undefined ? {} : { default: fallback }) };
}

function fitsInput(type: TemplateInput['type'], value: Value): boolean {
  if (type === 'int') return Number.isSafeInteger(value);
  if (type === 'double') return typeof value === 'number';
  return typeof value === (type === 'bool' ? 'boolean' : 'string');
}

function compileContent(context: Context, object: RepositoryObject<'Template'>): Record<string, TemplateContent> {
  const inputs = Object.keys(object.value.spec.inputs ?? {});
  const entries = Object.entries(object.value.spec.content).map(([channel, content]) => {
    const path = ['spec', 'content', channel];
    if (channel !== 'default') checkReference(context, 'Channel', channel, object.keyAt(...path));
    if (content.subject !== undefined) checkInline(context, object, [...path, 'subject'], content.subject, inputs);
    const body =
      'body' in content ? content.body : readBody(context, object, [...path, 'bodyFile'], content.bodyFile, inputs);
    if ('body' in content) checkInline(context, object, [...path, 'body'], content.body, inputs);
    return [
      channel,
      { ...(content.subject === undefined ? {} : { subject: content.subject }), body: body ?? '' },
    ] as const;
  });
  return Object.fromEntries(entries);
}

function checkInline(
  context: Context,
  object: RepositoryObject,
  path: readonly string[],
  text: string,
  inputs: readonly string[],
): void {
  for (const { code, message, hint, start, end } of checkLiquid(text, inputs)) {
    context.findings.add(code, object.file.spanAt(path, start, end), message, { hint });
  }
}

function readBody(
  context: Context,
  object: RepositoryObject,
  path: readonly string[],
  relative: string,
  inputs: readonly string[],
): string | undefined {
  const resolved = resolveOrReport(context, object, relative, path);
  if (resolved === undefined) return undefined;
  const file = context.resources.get(resolved);
  if (file === undefined) {
    reportMissing(context, object, resolved, path);
    return undefined;
  }
  const text = decodeText(file, context.findings);
  for (const { code, message, hint, start, end } of text === undefined ? [] : checkLiquid(text, inputs)) {
    context.findings.add(code, rangeOf(resolved, text ?? '', start, end), message, { hint });
  }
  // The line end that every editor writes at the end of a file is no part of the message.
  return text?.replace(/\r?\n$/, '');
}

function checkSamples(context: Context, object: RepositoryObject<'Template'>, definition: TemplateDefinition): void {
  const render = createRenderer(definition);
  for (const [index, sample] of (object.value.spec.samples ?? []).entries()) {
    const path = ['spec', 'samples', index];
    const unknown = Object.keys(sample.inputs).find((name) => definition.inputs[name] === undefined);
    if (unknown !== undefined) {
      context.findings.add(
        'template/sample',
        object.keyAt(...path, 'inputs', unknown),
        `\`${unknown}\` is not an input of this template`,
        {
          hint: suggestion(unknown, Object.keys(definition.inputs), 'input'),
        },
      );
      continue;
    }
    const defaults = Object.entries(definition.inputs).map(([name, input]) => [name, input.default ?? null] as const);
    const rendered = render(sample.channel ?? 'default', { ...Object.fromEntries(defaults), ...sample.inputs });
    if (!rendered.ok) {
      context.findings.add(
        'template/sample',
        object.at(...path, 'name'),
        `the sample does not render: ${rendered.detail}`,
      );
      continue;
    }
    for (const part of ['subject', 'body'] as const) {
      const wanted = sample.expect?.[part]?.trimEnd();
      const actual = rendered.content[part]?.trimEnd();
      if (wanted === undefined || wanted === actual) continue;
      context.findings.add('template/sample', object.at(...path, 'expect', part), `the sample gives another ${part}`, {
        hint: `it gives: ${JSON.stringify((actual ?? '').slice(0, 200))}`,
      });
    }
  }
}
