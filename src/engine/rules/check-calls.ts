import { RE2JS } from 're2js';
import type { Checking } from './checking.ts';
import { constantOf, stringLiteral } from './constants.ts';
import type { ExprOf } from './expr.ts';
import { accepts, FUNCTIONS, type Overload } from './functions.ts';
import { didYouMean, quote } from './suggest.ts';
import { isZone } from './time.ts';
import type { Type } from './types.ts';
import { ANY, BOOL, typeName } from './types.ts';

type CallExpr = ExprOf<'call'>;

const MACRO_USAGE: Readonly<Record<string, string>> = {
  all: 'list.all(item, condition)',
  exists: 'list.exists(item, condition)',
  exists_one: 'list.exists_one(item, condition)',
  filter: 'list.filter(item, condition)',
  map: 'list.map(item, value)',
  has: 'has(user.city)',
};

/** The type of a call, after findings for unknown functions, wrong arguments and literals that can never be read. */
export function checkCall(checker: Checking, expr: CallExpr): Type {
  const { name, target } = expr;
  if (!target && (name === 'segment' || name === 'metric')) return checkNamed(checker, expr, name);
  if (name === 'type' || name === 'uint' || name === 'bytes') return checkUnsupported(checker, expr, name);
  if (Object.hasOwn(MACRO_USAGE, name)) {
    return checker.report('cel/arguments', `${name} is written ${MACRO_USAGE[name]}.`, expr);
  }
  if (target?.kind === 'name' && !checker.isLocal(target.name) && !Object.hasOwn(checker.env.roots, target.name)) {
    return reportUnknown(checker, expr, `${target.name}.${name}`);
  }
  const operands = target ? [target, ...expr.args] : expr.args;
  const types = operands.map((operand) => checker.check(operand));
  if (name === 'matches') return checkMatches(checker, expr, operands.length, types);
  const spec = FUNCTIONS.get(name);
  if (!spec) return reportUnknown(checker, expr, name);
  if (types.includes(ANY)) return spec.overloads.length === 1 ? (spec.overloads[0] as Overload).result : ANY;
  const wrongStyle = spec.style !== 'both' && (spec.style === 'receiver') !== (target !== undefined);
  const match = wrongStyle ? undefined : overloadOf(name, types);
  return match ? checkLiterals(checker, expr, match) : reportArguments(checker, expr, types);
}

/** The overload of a function that takes these operands (the receiver first), or undefined. */
export function overloadOf(name: string, types: readonly Type[]): Overload | undefined {
  return FUNCTIONS.get(name)?.overloads.find(
    ({ parameters }) =>
      parameters.length === types.length && parameters.every((parameter, at) => accepts(parameter, types[at] as Type)),
  );
}

function checkNamed(checker: Checking, expr: CallExpr, name: 'segment' | 'metric'): Type {
  const [argument] = expr.args;
  const word = argument && expr.args.length === 1 ? stringLiteral(argument) : undefined;
  if (argument === undefined || word === undefined) {
    const message = `${name}() takes one name as a literal, such as ${name}("name").`;
    return checker.report(
      'cel/arguments',
      message,
      argument ?? expr,
      'What a campaign depends on is read from its file.',
    );
  }
  const { segments, metrics } = checker.env;
  checker.types.set(argument, { kind: 'string' });
  if (name === 'segment') {
    checker.segments.add(word);
    if (!segments?.has(word))
      checker.report(
        'cel/unknown-segment',
        `There is no segment ${quote(word)}.`,
        argument,
        didYouMean(word, [...(segments ?? [])]),
      );
    return BOOL;
  }
  checker.metrics.add(word);
  const hint = didYouMean(word, [...(metrics?.keys() ?? [])]);
  return (
    metrics?.get(word) ?? checker.report('cel/unknown-metric', `There is no metric ${quote(word)}.`, argument, hint)
  );
}

function checkUnsupported(checker: Checking, expr: CallExpr, name: 'type' | 'uint' | 'bytes'): Type {
  return checker.reportUnsupported(name === 'type' ? 'type()' : name, expr);
}

function checkMatches(checker: Checking, expr: CallExpr, count: number, types: readonly Type[]): Type {
  const [text, pattern] = types;
  if (count !== 2 || !text || !pattern) return reportArguments(checker, expr, types);
  const isText = (type: Type): boolean => type === ANY || accepts('string', type);
  if (!isText(text) || !isText(pattern)) return reportArguments(checker, expr, types);
  const literal = expr.args[expr.args.length - 1];
  const source = literal && stringLiteral(literal);
  if (!literal || source === undefined)
    return pattern === ANY ? BOOL : checker.reportUnsupported('computed regular expressions', literal ?? expr);
  try {
    RE2JS.compile(source);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : 'it cannot be read';
    checker.report(
      'cel/invalid-regex',
      `The regular expression is not valid: ${reason}.`,
      literal,
      'The syntax is RE2: no look-around, no back-references.',
    );
  }
  return BOOL;
}

function checkLiterals(checker: Checking, expr: CallExpr, match: Overload): Type {
  const [argument] = expr.args;
  const text = argument && stringLiteral(argument);
  if (argument === undefined || text === undefined) return match.result;
  if ((expr.name === 'timestamp' || expr.name === 'duration') && !constantOf(expr)) {
    const hint =
      expr.name === 'timestamp'
        ? 'Write RFC 3339 with a zone: 2026-01-31T09:00:00Z.'
        : 'Write 90s, 15m, 1h30m; the finest is 1ms.';
    checker.report('cel/invalid-literal', `${quote(text)} is no ${expr.name}.`, argument, hint);
  }
  if (match.parameters[0] === 'timestamp' && match.parameters.length === 2 && !isZone(text)) {
    checker.report(
      'cel/invalid-literal',
      `${quote(text)} is no time zone.`,
      argument,
      'Write an IANA name such as Asia/Shanghai, or +08:00.',
    );
  }
  return match.result;
}

function reportUnknown(checker: Checking, expr: CallExpr, name: string): Type {
  const known = [...FUNCTIONS.keys(), ...Object.keys(MACRO_USAGE), 'matches', 'segment', 'metric'];
  const hint = didYouMean(expr.name, known) ?? 'docs/expressions.md lists the functions.';
  return checker.report('cel/unknown-function', `There is no function ${quote(name)}.`, expr, hint);
}

function reportArguments(checker: Checking, expr: CallExpr, types: readonly Type[]): Type {
  const given = types.map(typeName).join(', ');
  const spec = FUNCTIONS.get(expr.name);
  const ways = (spec?.overloads ?? [{ parameters: ['string', 'string'] }]).map(({ parameters }) =>
    usage(expr.name, spec?.style ?? 'receiver', parameters),
  );
  const message = `${expr.name} cannot be called with (${given}).`;
  return checker.report('cel/arguments', message, expr, `It is written ${ways.join(' or ')}.`);
}

function usage(name: string, style: string, parameters: readonly string[]): string {
  const [first = '', ...rest] = parameters.map((parameter) => PARAMETER_WORDS[parameter] ?? parameter);
  return style === 'receiver' ? `${first}.${name}(${rest.join(', ')})` : `${name}(${[first, ...rest].join(', ')})`;
}

const PARAMETER_WORDS: Readonly<Record<string, string>> = {
  sized: 'string|list|map',
  scalar: 'number|string',
  any: 'value',
};
