import { Liquid, type Template } from 'liquidjs';
import type { MessageContent } from '../model/message.ts';
import type { TemplateContent, TemplateDefinition } from '../model/release.ts';
import type { Value } from '../model/value.ts';

/** Bounds on what one template may cost for one user: text length and allocated memory (no clock, so that a replay renders the same). */
const LIMITS = { parseLimit: 100_000, memoryLimit: 1_000_000 } as const;

const liquid = new Liquid({
  strictVariables: true,
  strictFilters: true,
  ownPropertyOnly: true,
  dynamicPartials: false,
  jsTruthy: false,
  relativeReference: false,
  templates: {},
  ...LIMITS,
});

export type Rendered =
  | { readonly ok: true; readonly content: Omit<MessageContent, 'address'> }
  | { readonly ok: false; readonly detail: string };

/** Renders the text of a template for one channel from its computed inputs. Never throws. */
export type Renderer = (channel: string, inputs: Readonly<Record<string, Value>>) => Rendered;

interface ParsedContent {
  readonly subject: Template[] | null;
  readonly body: Template[];
}

/** Parses a template once. The compiler has checked it, so a text that does not parse is a bug and throws. */
export function createRenderer(template: TemplateDefinition): Renderer {
  const parsed = new Map(Object.entries(template.content).map(([name, content]) => [name, parse(content)]));
  return (channel, inputs) => {
    const content = parsed.get(channel) ?? parsed.get('default');
    if (!content) return { ok: false, detail: `template ${template.name} has no content for channel ${channel}` };
    try {
      const body = text(content.body, inputs);
      if (content.subject === null) return { ok: true, content: { body } };
      return { ok: true, content: { body, subject: oneLine(text(content.subject, inputs)) } };
    } catch (error) {
      return { ok: false, detail: firstLine(error) };
    }
  };
}

function parse(content: TemplateContent): ParsedContent {
  return {
    subject: content.subject === undefined ? null : liquid.parse(content.subject),
    body: liquid.parse(content.body),
  };
}

function text(parsed: Template[], inputs: Readonly<Record<string, Value>>): string {
  return String(liquid.renderSync(parsed, { ...inputs }));
}

/** A subject is a header: control characters in a user's data must not make a second one. */
function oneLine(subject: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  return subject.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
}

/** Liquid's message without the frame of the template, which may hold a user's data. */
function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split('\n')[0] ?? '').slice(0, 200);
}
