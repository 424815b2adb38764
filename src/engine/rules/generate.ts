import { RE2JS } from 're2js';
import type { CheckedExpression } from './check.ts';
import { overloadOf } from './check-calls.ts';
import { isNullLiteral } from './check-operators.ts';
import { constantOf, stringLiteral } from './constants.ts';
import type { Constants } from './constants-table.ts';
import type { BinaryOperator, Expr, ExprOf } from './expr.ts';
import { declaredPath, type FieldLoads } from './field-loads.ts';
import type { Operation } from './operations.ts';
import type { Type } from './types.ts';
import { DYN } from './types.ts';

const NUMBER_LIKE: ReadonlySet<string> = new Set(['int', 'double', 'timestamp', 'duration']);
const SCALAR: ReadonlySet<string> = new Set([...NUMBER_LIKE, 'bool', 'string']);

/**
 * Writes an expression as one JavaScript expression whose value is the Outcome: undefined for an error, null for
 * absent. Every name in the code is made here; what users wrote gets in as a bound constant or a declared identifier.
 * `types` are the checker's for this expression.
 */
export class ExpressionCode {
  readonly #types: CheckedExpression['types'];
  readonly #constants: Constants;
  readonly #loads: FieldLoads;
  readonly #locals: { readonly name: string; readonly variable: string }[] = [];
  /** Temporary variables, one list for each function around the code being written. */
  readonly #temporaries: string[][] = [[]];
  #count = 0;
  /** True once the code needs a Budget in the variable `budget`. */
  needsBudget = false;

  constructor(types: CheckedExpression['types'], constants: Constants, loads: FieldLoads, prefix: string) {
    this.#types = types;
    this.#constants = constants;
    this.#loads = loads;
    this.#prefix = prefix;
  }

  readonly #prefix: string;

  /** Declaration of the temporaries that the code at the outermost level uses; empty when there are none. */
  declarations(): string {
    return declare(this.#temporaries[0] as string[]);
  }

  /** The code of an expression. With `strict` an absent field may come out as undefined: for operators, which err on both. */
  value(expr: Expr, strict = false): string {
    const constant = constantOf(expr);
    if (constant)
      return typeof constant.value === 'boolean' ? String(constant.value) : this.#constants.bind(constant.value);
    const path = declaredPath(expr, this.#types, (name) => this.#isLocal(name));
    if (path) {
      const field = this.#loads.field(path);
      return strict ? field.value : `(${field.absent} ? null : ${field.value})`;
    }
    return this.#code(expr);
  }

  #code(expr: Expr): string {
    switch (expr.kind) {
      case 'literal':
        return 'null';
      case 'name':
        return this.#locals.findLast(({ name }) => name === expr.name)?.variable as string;
      case 'select':
        return this.#read(expr.base, this.#constants.bind(expr.field), expr);
      case 'index':
        return this.#index(expr);
      case 'call':
        return this.#call(expr);
      case 'unary':
        return expr.op === '!'
          ? this.#run('not', expr.operand)
          : this.#run(this.#kind(expr.operand) === 'double' ? 'negate' : 'negateInt', expr.operand);
      case 'binary':
        return this.#binary(expr);
      case 'logic':
        return this.#logic(expr);
      case 'conditional':
        return this.#conditional(expr);
      case 'list':
        return `R.list(${expr.items.map((item) => this.value(item)).join(', ')})`;
      case 'object':
        return `R.object(${expr.entries.flatMap(({ key, value }) => [this.value(key), this.value(value)]).join(', ')})`;
      case 'has':
        return `R.isPresent(${this.value(expr.operand)})`;
      case 'macro':
        return this.#macro(expr);
      case 'unsupported':
        throw new Error(`${expr.feature} was not refused by the checker`);
    }
  }

  #run(operation: Operation, ...operands: readonly Expr[]): string {
    const strict = operation !== 'same';
    return `R.${operation}(${operands.map((operand) => this.value(operand, strict)).join(', ')})`;
  }

  #read(base: Expr, name: string, expr: Expr): string {
    const type = this.#typeOf(expr);
    const code = `R.field(${this.value(base, true)}, ${name})`;
    return type.kind === 'dyn' ? code : `as(${this.#constants.bind(type)}, ${code})`;
  }

  #index(expr: ExprOf<'index'>): string {
    const base = this.#typeOf(expr.base);
    const name = stringLiteral(expr.key);
    if (base.kind === 'struct' && name !== undefined) return this.#read(expr.base, this.#constants.bind(name), expr);
    const code = this.#run('index', expr.base, expr.key);
    return base.kind === 'map' && base.value.kind !== 'dyn' ? `as(${this.#constants.bind(base.value)}, ${code})` : code;
  }

  #call(expr: ExprOf<'call'>): string {
    const operands = expr.target ? [expr.target, ...expr.args] : expr.args;
    const [first, second] = operands as [Expr, Expr];
    if (expr.name === 'segment' && !expr.target) return `inSegment(s, ${this.value(first)})`;
    if (expr.name === 'metric' && !expr.target)
      return `metricOf(s, ${this.value(first)}, ${this.#constants.bind(this.#typeOf(expr))})`;
    if (expr.name === 'matches') {
      return `R.matches(${this.#constants.bind(RE2JS.compile(stringLiteral(second) as string))}, ${this.value(first, true)})`;
    }
    const match = overloadOf(
      expr.name,
      operands.map((operand) => this.#typeOf(operand)),
    );
    if (!match) throw new Error(`no overload of ${expr.name}; the checker was to refuse it`);
    return this.#run(match.run, ...operands);
  }

  #binary(expr: ExprOf<'binary'>): string {
    const { op, left, right } = expr;
    if (op === '==' || op === '!=') {
      if (isNullLiteral(left) || isNullLiteral(right)) {
        return `R.${op === '==' ? 'isNull' : 'isPresent'}(${this.value(isNullLiteral(left) ? right : left)})`;
      }
      const scalars = SCALAR.has(this.#kind(left)) && SCALAR.has(this.#kind(right));
      return this.#run(
        op === '==' ? (scalars ? 'equalScalars' : 'equal') : scalars ? 'unequalScalars' : 'unequal',
        left,
        right,
      );
    }
    if (op === 'in') {
      const set = constantSet(right);
      if (set) return `R.isInSet(${this.value(left, true)}, ${this.#constants.bind(set)})`;
      if (right.kind !== 'list') return this.#run('isIn', left, right);
      // A list literal is not a value here but alternatives, so that one that errs leaves the others, as in SQL.
      const items = right.items.map((item) => this.value(item, true));
      return `R.isIn(${this.value(left, true)}, [${items.join(', ')}])`;
    }
    const numbers = NUMBER_LIKE.has(this.#kind(left)) && NUMBER_LIKE.has(this.#kind(right));
    if (op === '<') return this.#run(numbers ? 'lessNumber' : 'less', left, right);
    if (op === '<=') return this.#run(numbers ? 'lessOrEqualNumber' : 'lessOrEqual', left, right);
    if (op === '>') return this.#run(numbers ? 'lessNumber' : 'less', right, left);
    if (op === '>=') return this.#run(numbers ? 'lessOrEqualNumber' : 'lessOrEqual', right, left);
    return this.#run(arithmetic(op, this.#kind(left), this.#kind(right)), left, right);
  }

  /**
   * `&&` stops at the first false, `||` at the first true; an error on the way counts only if none was found. `failed`
   * is 1 once there was an error. The operands form one flat chain, so that a long one does not nest.
   */
  #logic({ op, args }: ExprOf<'logic'>): string {
    const failed = this.#temporary();
    const each = this.#temporary();
    const [goesOn, ends] = op === '&&' ? ['true', 'false'] : ['false', 'true'];
    const steps = args.map((arg) => {
      return `((${each} = ${this.value(arg, true)}) === ${goesOn} || ${each} !== ${ends} && (${failed} = 1) === 1)`;
    });
    return `(${failed} = 0, ${steps.join(' && ')} ? ${failed} === 0 ? ${goesOn} : undefined : ${ends})`;
  }

  #conditional(expr: ExprOf<'conditional'>): string {
    const test = this.#temporary();
    const [yes, no] = [this.value(expr.whenTrue), this.value(expr.whenFalse)];
    return `((${test} = ${this.value(expr.test, true)}) === true ? ${yes} : ${test} === false ? ${no} : undefined)`;
  }

  #macro(expr: ExprOf<'macro'>): string {
    this.needsBudget = true;
    const list = this.value(expr.list, true);
    const body = this.#closure(expr.variable, expr.body);
    if (!expr.filter) return `R.${expr.name}(budget, ${list}, ${body})`;
    return `R.${expr.name}(budget, R.filter(budget, ${list}, ${this.#closure(expr.variable, expr.filter)}), ${body})`;
  }

  #closure(name: string, body: Expr): string {
    const variable = `${this.#prefix}v${this.#next()}`;
    this.#locals.push({ name, variable });
    this.#temporaries.push([]);
    const code = this.value(body);
    this.#locals.pop();
    return `(${variable}) => { ${declare(this.#temporaries.pop() as string[])} return ${code}; }`;
  }

  #isLocal(name: string): boolean {
    return this.#locals.some((local) => local.name === name);
  }

  #temporary(): string {
    const name = `${this.#prefix}t${this.#next()}`;
    this.#temporaries.at(-1)?.push(name);
    return name;
  }

  #next(): number {
    this.#count += 1;
    return this.#count;
  }

  #typeOf(expr: Expr): Type {
    return constantOf(expr)?.type ?? this.#types.get(expr) ?? DYN;
  }

  #kind(expr: Expr): Type['kind'] {
    return this.#typeOf(expr).kind;
  }
}

/** The values of a list literal of constants as a set, or undefined. */
export function constantSet(expr: Expr): ReadonlySet<boolean | number | string> | undefined {
  if (expr.kind !== 'list') return undefined;
  const constants = expr.items.map(constantOf);
  return constants.includes(undefined)
    ? undefined
    : new Set(constants.map((constant) => (constant as { value: string }).value));
}

function arithmetic(op: BinaryOperator, left: Type['kind'], right: Type['kind']): Operation {
  if (left === 'string') return 'joinText';
  if (left === 'list') return 'joinLists';
  if (left === 'timestamp') return op === '+' ? 'shift' : right === 'duration' ? 'shiftBack' : 'difference';
  if (left === 'duration') return right === 'timestamp' ? 'shift' : op === '+' ? 'addDuration' : 'difference';
  const isDouble = left === 'double' || right === 'double';
  if (op === '+') return isDouble ? 'add' : 'addInt';
  if (op === '-') return isDouble ? 'subtract' : 'subtractInt';
  if (op === '*') return isDouble ? 'multiply' : 'multiplyInt';
  return op === '%' ? 'remainder' : isDouble ? 'divide' : 'divideInt';
}

function declare(names: readonly string[]): string {
  return names.length > 0 ? `let ${names.join(', ')};` : '';
}
