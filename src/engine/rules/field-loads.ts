import { coerce } from './coerce.ts';
import { stringLiteral } from './constants.ts';
import type { Constants } from './constants-table.ts';
import type { Expr } from './expr.ts';
import { isObject } from './operations.ts';
import type { Type } from './types.ts';

/**
 * A declared field as generated code holds it: `value` is a variable with the checked value, or undefined when the
 * field is absent or wrong; `absent` one that says which of the two. `at` numbers the field within its function.
 */
export interface FieldVariable {
  readonly at: number;
  readonly type: Type;
  readonly value: string;
  readonly absent: string;
}

interface Load extends FieldVariable {
  readonly path: readonly string[];
  readonly isAbsenceRead: () => boolean;
}

/** The field that a chain of declared names from a root stands for: `event.data.x`, `user["utm-source"]`. */
export interface DeclaredPath {
  readonly names: readonly string[];
  readonly type: Type;
}

/** The declared path an expression is, or undefined. `types` are the checker's; `isLocal` knows the variables of macros. */
export function declaredPath(
  expr: Expr,
  types: ReadonlyMap<Expr, Type>,
  isLocal: (name: string) => boolean,
): DeclaredPath | undefined {
  const type = types.get(expr);
  if (type === undefined) return undefined;
  if (expr.kind === 'name') return isLocal(expr.name) ? undefined : { names: [expr.name], type };
  const field = expr.kind === 'select' ? expr.field : expr.kind === 'index' ? stringLiteral(expr.key) : undefined;
  if (field === undefined || (expr.kind !== 'select' && expr.kind !== 'index')) return undefined;
  if (types.get(expr.base)?.kind !== 'struct') return undefined;
  const base = declaredPath(expr.base, types, isLocal);
  return base && { names: [...base.names, field], type };
}

/** Collects the fields that one generated function reads, each once, and writes the code that reads and checks them. */
export class FieldLoads {
  readonly #constants: Constants;
  readonly #loads = new Map<string, Load>();
  readonly #objects = new Map<string, { readonly variable: string; readonly path: readonly string[] }>();

  constructor(constants: Constants) {
    this.#constants = constants;
  }

  /** The variables of a field; the same ones every time. */
  field({ names, type }: DeclaredPath): FieldVariable {
    const key = JSON.stringify(names);
    const known = this.#loads.get(key);
    if (known) return known;
    for (let depth = 1; depth < names.length; depth += 1) this.#object(names.slice(0, depth));
    const at = this.#loads.size;
    const load = createLoad(at, type, names);
    this.#loads.set(key, load);
    return load;
  }

  /** Names of all variables, to be declared with `let` where they shall live. */
  variables(): string[] {
    const words = Array.from({ length: this.words() }, (_, word) => `bad${word}`);
    const objects = [...this.#objects.values()].map(({ variable }) => variable);
    const fields = [...this.#loads.values()].flatMap((load) =>
      load.isAbsenceRead() ? [load.value, load.absent] : [load.value],
    );
    return [...objects, ...fields, ...words];
  }

  /** How many 31-bit words the flags `bad0`, `bad1` … take: bit `at % 31` of word `at / 31` says that field `at` has no value. */
  words(): number {
    return Math.ceil(this.#loads.size / 31);
  }

  /** Statements that read all fields from the scope `s` into the variables. */
  code(): string {
    const objects = [...this.#objects.values()].map(({ variable, path }) => {
      return `${variable} = asObject(${this.#access(path)});`;
    });
    const clear = Array.from({ length: this.words() }, (_, word) => `bad${word} = 0;`);
    return [...objects, ...clear, ...[...this.#loads.values()].map((load) => this.#loadCode(load))].join('\n');
  }

  #object(path: readonly string[]): string {
    const key = JSON.stringify(path);
    const known = this.#objects.get(key);
    if (known) return known.variable;
    const variable = `o${this.#objects.size}`;
    this.#objects.set(key, { variable, path });
    return variable;
  }

  #loadCode(load: Load): string {
    const { value, at } = load;
    const base = load.path.length > 1 ? this.#object(load.path.slice(0, -1)) : undefined;
    // A root that is left out, and a field of an object that is not there, is an error rather than null.
    const isAbsent = base
      ? `${base} !== undefined && (${value} === undefined || ${value} === null)`
      : `${value} === null`;
    const flag = `bad${Math.floor(at / 31)} |= ${1 << (at % 31)}`;
    return [
      `${value} = ${this.#access(load.path)};`,
      load.isAbsenceRead() ? `${load.absent} = ${isAbsent};` : '',
      `${this.#checkCode(load)}`,
      `if (${value} === undefined) ${flag};`,
    ].join(' ');
  }

  #checkCode({ value, type }: Load): string {
    switch (type.kind) {
      case 'string':
        return `if (typeof ${value} !== 'string') ${value} = undefined;`;
      case 'bool':
        return `if (typeof ${value} !== 'boolean') ${value} = undefined;`;
      case 'int':
        return `if (!Number.isSafeInteger(${value})) ${value} = undefined;`;
      case 'double':
        return `if (typeof ${value} !== 'number' || ${value} !== ${value}) ${value} = undefined;`;
      default:
        return `if (${value} !== undefined) ${value} = ${value} === null ? undefined : coerce(${this.#constants.bind(type)}, ${value});`;
    }
  }

  #access(path: readonly string[]): string {
    const name = path[path.length - 1] as string;
    const base = path.length > 1 ? this.#object(path.slice(0, -1)) : 's';
    const plain = /^[A-Za-z_$][\w$]*$/.test(name) && !(name in Object.prototype);
    const access = plain ? `${base}.${name}` : `ownRaw(${base}, ${this.#constants.bind(name)})`;
    return path.length > 1 ? `${base} === undefined ? undefined : ${access}` : access;
  }
}

/** `absent` is written to code only where somebody read its name: most rules never ask. */
function createLoad(at: number, type: Type, path: readonly string[]): Load {
  let isRead = false;
  return {
    at,
    type,
    path,
    value: `x${at}`,
    get absent() {
      isRead = true;
      return `n${at}`;
    },
    isAbsenceRead: () => isRead,
  };
}

/** What the code of FieldLoads calls, besides the language itself. */
export const LOADERS = {
  asObject: (value: unknown): unknown => (isObject(value) ? value : undefined),
  ownRaw: (object: object, name: string): unknown =>
    Object.hasOwn(object, name) ? (object as Record<string, unknown>)[name] : undefined,
  coerce,
} as const;
