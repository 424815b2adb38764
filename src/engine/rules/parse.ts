import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js';
import type { BinaryOperator, Expr, ExprFinding, MacroName, Span } from './expr.ts';
import { UNSUPPORTED } from './expr.ts';

/** Bounds on what one expression may be; beyond them it is `cel/too-complex`, found before any deep recursion. */
export const LIMITS = { length: 4096, depth: 64, nodes: 2000, items: 1000 } as const;

/** The outcome of parseExpression. */
export type ParsedExpression =
  | { readonly ok: true; readonly expr: Expr }
  | { readonly ok: false; readonly findings: readonly ExprFinding[] };

const MACROS: Readonly<Record<string, readonly number[]>> = {
  all: [2],
  exists: [2],
  exists_one: [2],
  filter: [2],
  map: [2, 3],
};

const parser = new Environment({
  limits: { maxAstNodes: LIMITS.nodes, maxDepth: LIMITS.depth, maxListElements: LIMITS.items },
});

/**
 * Reads the text of one CEL expression. Never throws, never hangs: length, depth and number of parts are bounded by
 * LIMITS. Checks grammar only; names and types are checkExpression's.
 */
export function parseExpression(text: string): ParsedExpression {
  if (text.length > LIMITS.length) {
    return tooComplex(`The expression has ${text.length} characters; at most ${LIMITS.length} are allowed.`, {
      start: LIMITS.length,
      end: text.length,
    });
  }
  try {
    return { ok: true, expr: convert(parser.parse(text).ast, 0) };
  } catch (error) {
    if (error instanceof TooDeep || error instanceof RangeError) {
      const at = error instanceof TooDeep ? error.span : { start: 0, end: text.length };
      return tooComplex(`The expression is nested more than ${LIMITS.depth} deep.`, at);
    }
    if (error instanceof ParseError) return { ok: false, findings: [syntaxFinding(text, error)] };
    throw error;
  }
}

class TooDeep extends Error {
  readonly span: Span;
  constructor(span: Span) {
    super('nested too deep');
    this.span = span;
  }
}

function tooComplex(message: string, { start, end }: Span): ParsedExpression {
  const hint = 'Split it: several conditions, a segment or a metric say the same and can be tested alone.';
  return { ok: false, findings: [{ code: 'cel/too-complex', message, hint, start, end }] };
}

function convert(node: ASTNode, depth: number): Expr {
  const { start, end } = node;
  if (depth > LIMITS.depth) throw new TooDeep({ start, end });
  const inner = (child: ASTNode): Expr => convert(child, depth + 1);
  switch (node.op) {
    case 'value':
      return convertLiteral(node.args, { start, end });
    case 'id':
      return { kind: 'name', name: node.args, start, end };
    case '.':
      // `pos` is where the field's name starts; nothing stands between it and the end.
      return {
        kind: 'select',
        base: inner(node.args[0]),
        field: node.args[1],
        fieldSpan: { start: node.pos, end },
        start,
        end,
      };
    case '[]':
      return { kind: 'index', base: inner(node.args[0]), key: inner(node.args[1]), start, end };
    case 'call':
      return convertCall(node.args[0], undefined, node.args[1].map(inner), { start, end });
    case 'rcall':
      return convertCall(node.args[0], inner(node.args[1]), node.args[2].map(inner), { start, end });
    case 'list':
      return { kind: 'list', items: node.args.map(inner), start, end };
    case 'map':
      return {
        kind: 'object',
        entries: node.args.map(([key, value]) => ({ key: inner(key), value: inner(value) })),
        start,
        end,
      };
    case '?:':
      return {
        kind: 'conditional',
        test: inner(node.args[0]),
        whenTrue: inner(node.args[1]),
        whenFalse: inner(node.args[2]),
        start,
        end,
      };
    case '&&':
    case '||':
      return { kind: 'logic', op: node.op, args: chain(node, node.op).map(inner), start, end };
    case '!_':
      return { kind: 'unary', op: '!', operand: inner(node.args), start, end };
    case '-_':
      return convertMinus(node.args, inner, { start, end });
    case '.?':
    case '[?]':
      return { kind: 'unsupported', feature: 'optional values', start, end };
    default:
      return {
        kind: 'binary',
        op: node.op satisfies BinaryOperator,
        left: inner(node.args[0]),
        right: inner(node.args[1]),
        start,
        end,
      };
  }
}

function convertLiteral(value: unknown, span: Span): Expr {
  if (value === null) return { kind: 'literal', type: 'null', value, ...span };
  if (typeof value === 'boolean') return { kind: 'literal', type: 'bool', value, ...span };
  if (typeof value === 'string') return { kind: 'literal', type: 'string', value, ...span };
  if (typeof value === 'number') return { kind: 'literal', type: 'double', value, ...span };
  if (typeof value === 'bigint') return integer(value, span);
  return { kind: 'unsupported', feature: value instanceof Uint8Array ? 'bytes' : 'uint', ...span };
}

function integer(value: bigint, span: Span): Expr {
  const number = Number(value);
  return { kind: 'literal', type: 'int', value: number, exact: Number.isSafeInteger(number), ...span };
}

/** `-5` is one literal, so that the lowest integer can be written and is one constant for the trigger index. */
function convertMinus(operand: ASTNode, inner: (child: ASTNode) => Expr, span: Span): Expr {
  if (operand.op === 'value' && typeof operand.args === 'bigint') return integer(-operand.args, span);
  if (operand.op === 'value' && typeof operand.args === 'number') return convertLiteral(-operand.args, span);
  return { kind: 'unary', op: '-', operand: inner(operand), ...span };
}

/** The operands of `a && b && c` from left to right; the parser nests them on the left. */
function chain(node: ASTNode, op: '&&' | '||'): ASTNode[] {
  const operands: ASTNode[] = [];
  let left = node;
  while (left.op === op) {
    operands.push(left.args[1]);
    left = left.args[0];
  }
  operands.push(left);
  return operands.reverse();
}

function convertCall(name: string, target: Expr | undefined, args: readonly Expr[], span: Span): Expr {
  const [first, second, third] = args;
  if (name === 'has' && target === undefined && first && args.length === 1)
    return { kind: 'has', operand: first, ...span };
  const isMacro = target !== undefined && Object.hasOwn(MACROS, name) && MACROS[name]?.includes(args.length);
  if (isMacro && first?.kind === 'name' && second) {
    const macro = { kind: 'macro', name: name as MacroName, list: target, variable: first.name, ...span } as const;
    return third ? { ...macro, filter: second, body: third } : { ...macro, body: second };
  }
  if (target?.kind === 'name' && target.name === 'cel' && name === 'bind') {
    return { kind: 'unsupported', feature: 'cel.bind', ...span };
  }
  return { kind: 'call', name, ...(target ? { target } : {}), args, ...span };
}

function syntaxFinding(text: string, error: ParseError): ExprFinding {
  const start = Math.min(error.range?.start ?? 0, text.length);
  const end = Math.min(Math.max(error.range?.end ?? start, start), text.length);
  if (error.code === 'limit_exceeded') {
    const hint = 'Split it: several conditions, a segment or a metric say the same and can be tested alone.';
    return {
      code: 'cel/too-complex',
      message: `The expression is too large: ${lowerFirst(error.summary)}.`,
      hint,
      start,
      end,
    };
  }
  const feature = unsupportedAt(text, start);
  if (feature) {
    return {
      code: 'cel/unsupported',
      message: `CEL's ${feature} cannot be used here: ${UNSUPPORTED[feature]}.`,
      start,
      end,
    };
  }
  const hint = syntaxHint(text, start);
  const message = `The expression cannot be read: ${lowerFirst(error.summary)}.`;
  return { code: 'cel/syntax', message, ...(hint ? { hint } : {}), start, end };
}

function unsupportedAt(text: string, at: number): keyof typeof UNSUPPORTED | undefined {
  const before = text.slice(0, at).trimEnd();
  const next = text[at];
  if (next === '`') return 'quoted selectors';
  if (next === '{' && /[A-Za-z_]\w*$/.test(before)) return 'protobuf messages';
  if (next === '?' && /[.[{,]$/.test(before)) return 'optional values';
  if (next === '.' && /^\.\s*[A-Za-z_]/.test(text.slice(at, at + 40)) && !/[\w)\]}"']$/.test(before)) {
    return 'names from the root scope';
  }
  return undefined;
}

function syntaxHint(text: string, at: number): string | undefined {
  const rest = text.slice(at, at + 20);
  if (text.trim() === '') return 'Write a condition, such as event.data.amount > 100.';
  if (/^=(?!=)/.test(rest)) return 'Equality is written ==.';
  if (/^and\b/i.test(rest)) return 'And is written &&.';
  if (/^or\b/i.test(rest)) return 'Or is written ||.';
  if (/^not\b/i.test(rest) || /\bnot\s*$/i.test(text.slice(0, at))) return 'Not is written !.';
  if (/^&(?!&)/.test(rest)) return 'And is written &&.';
  if (/^\|(?!\|)/.test(rest)) return 'Or is written ||.';
  if (/^\.\d/.test(rest)) return 'Write a digit before the point, such as 0.5.';
  return undefined;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
