import { Liquid, LiquidError, type Template } from 'liquidjs';
import { nearest, suggestion } from './suggest.ts';

/** One finding about a Liquid text; `start` and `end` are UTF-16 offsets into it. */
export interface LiquidFinding {
  readonly code: 'template/syntax' | 'template/unknown-variable';
  readonly message: string;
  readonly hint?: string | undefined;
  readonly start: number;
  readonly end: number;
}

/** Tags that read other files: a template is one text. */
const FILE_TAGS = ['include', 'render', 'layout', 'block'];

const liquid = new Liquid({
  strictVariables: true,
  strictFilters: true,
  ownPropertyOnly: true,
  dynamicPartials: false,
  relativeReference: false,
  templates: {},
  parseLimit: 100_000,
});

/** Parses a text with the settings of messages/render.ts and checks that it names only declared inputs. */
export function checkLiquid(text: string, inputs: readonly string[]): LiquidFinding[] {
  const banned = /\{%-?\s*(\w+)/g;
  for (const match of text.matchAll(banned)) {
    if (!FILE_TAGS.includes(match[1] ?? '')) continue;
    const start = match.index + match[0].length - (match[1] ?? '').length;
    const message = `the tag \`${match[1]}\` reads other files; a template is one text`;
    return [{ code: 'template/syntax', message, start, end: match.index + match[0].length }];
  }
  try {
    return unknownVariables(text, liquid.parse(text), inputs);
  } catch (error) {
    if (error instanceof Error && LiquidError.is(error)) return [syntaxFinding(text, error)];
    throw error;
  }
}

function unknownVariables(text: string, templates: Template[], inputs: readonly string[]): LiquidFinding[] {
  const { globals } = liquid.analyzeSync(templates);
  return Object.entries(globals).flatMap(([name, uses]) => {
    if (inputs.includes(name)) return [];
    return uses.map(({ location }) => {
      const start = offsetAt(text, location.row, location.col);
      const found = text.indexOf(name, start);
      const at = found < 0 ? start : found;
      return {
        code: 'template/unknown-variable' as const,
        message: `\`${name}\` is not an input of this template`,
        hint: suggestion(name, inputs, 'input'),
        start: at,
        end: at + (found < 0 ? 1 : name.length),
      };
    });
  });
}

function syntaxFinding(text: string, error: LiquidError): LiquidFinding {
  const { token } = error;
  const start = Math.min(token.begin, Math.max(text.length - 1, 0));
  const message = (error.originalError?.message ?? error.message).split('\n')[0] ?? '';
  const [, filter] = /^undefined filter: (\w+)/.exec(message) ?? [];
  if (filter !== undefined) return unknownFilter(text, start, filter);
  const lineEnd = text.indexOf('\n', start);
  const end = Math.min(Math.max(token.end, start + 1), lineEnd < 0 ? text.length : Math.max(lineEnd, start + 1));
  return { code: 'template/syntax', message: message.replace(/, line:\d+, col:\d+$/, ''), start, end };
}

function unknownFilter(text: string, from: number, name: string): LiquidFinding {
  const start = Math.max(text.indexOf(name, text.indexOf('|', from)), from);
  return {
    code: 'template/syntax',
    message: `there is no filter \`${name}\``,
    hint: nearFilter(name),
    start,
    end: start + name.length,
  };
}

function nearFilter(name: string): string {
  const near = nearest(name, Object.keys(liquid.filters));
  return near === undefined
    ? 'filters are those of Liquid, such as upcase, default and date'
    : `did you mean \`${near}\`?`;
}

function offsetAt(text: string, row: number, column: number): number {
  let start = 0;
  for (let line = 1; line < row; line += 1) start = text.indexOf('\n', start) + 1;
  return start + column - 1;
}
