import type { SourceRange } from '../../kernel/position.ts';
import type { Findings } from '../findings.ts';
import type { VariableSpec } from '../generated/types.ts';
import type { RepositoryObject } from '../repository-object.ts';
import { isRecord } from '../schema/schema-node.ts';
import { nearest, suggestion } from '../suggest.ts';
import type { Path, YamlFile } from '../yaml/yaml-file.ts';

/** A declared variable and where. */
export interface Variable {
  readonly value: string | number | boolean;
  readonly declared: SourceRange;
}

/** The variables that hold in one rendering. */
export interface Variables {
  readonly known: ReadonlyMap<string, Variable>;
  /** Environment they are of; absent where none was chosen. */
  readonly environment?: string;
  /** Variables of the other environments: name → environment. */
  readonly elsewhere: ReadonlyMap<string, string>;
  /** Variables whose value is not of their type: reported where they are declared, and nowhere else. */
  readonly mistyped: ReadonlySet<string>;
  /** True when an environment could not be read: what is not known may well be declared. */
  readonly isPartial: boolean;
}

/** Where a file used variables. */
export interface VariableUses {
  /** The variable whose value stands at a path. */
  at(path: Path): { readonly name: string; readonly declared: SourceRange } | undefined;
  /** True where a variable is not known, so that nothing more can be said. */
  isUnknown(path: Path): boolean;
}

export const NO_USES: VariableUses = { at: () => undefined, isUnknown: () => false };

/**
 * The variables of an environment. Without one: those of `dev`, then what the other environments declare, in order of
 * their names, so that tests and checks of the repository as such have a value for each.
 */
export function variablesOf(
  environments: readonly RepositoryObject<'Environment'>[],
  environment: string | undefined,
  isPartial: boolean,
): Variables {
  const known = new Map<string, Variable>();
  const elsewhere = new Map<string, string>();
  const mistyped = new Set<string>();
  const rank = (name: string): string => (name === 'dev' ? '' : name);
  for (const object of [...environments].sort((a, b) => (rank(a.name) < rank(b.name) ? -1 : 1))) {
    for (const [name, variable] of Object.entries(object.value.spec.variables ?? {})) {
      if (environment !== undefined && object.name !== environment) elsewhere.set(name, object.name);
      else if (!fitsType(variable)) mistyped.add(name);
      else if (!known.has(name))
        known.set(name, { value: variable.value, declared: object.keyAt('spec', 'variables', name) });
    }
  }
  return { known, elsewhere, mistyped, isPartial, ...(environment === undefined ? {} : { environment }) };
}

/** True when a variable's value is of its type. */
export function fitsType({ type, value }: VariableSpec): boolean {
  if (type === 'string') return typeof value === 'string';
  if (type === 'bool') return typeof value === 'boolean';
  return typeof value === 'number' && (type === 'double' || Number.isInteger(value));
}

/** Puts values in the place of `{$var: name}` below `spec`. */
export function fillVariables(
  file: YamlFile,
  variables: Variables,
  findings: Findings,
): { readonly file: YamlFile; readonly uses: VariableUses } {
  const filling = new Filling(file, variables, findings);
  const value = filling.fill();
  if (filling.uses.size === 0 && filling.unknown.size === 0) return { file, uses: NO_USES };
  const rendered = file.rendered(value, [], filling.unknown.size > 0);
  return {
    file: rendered,
    uses: {
      at: (path) => filling.uses.get(JSON.stringify(path)),
      isUnknown: (path) => path.some((_, at) => filling.unknown.has(JSON.stringify(path.slice(0, at + 1)))),
    },
  };
}

class Filling {
  readonly uses = new Map<string, { readonly name: string; readonly declared: SourceRange }>();
  readonly unknown = new Set<string>();
  readonly #file: YamlFile;
  readonly #variables: Variables;
  readonly #findings: Findings;

  constructor(file: YamlFile, variables: Variables, findings: Findings) {
    this.#file = file;
    this.#variables = variables;
    this.#findings = findings;
  }

  fill(): unknown {
    const { value } = this.#file;
    if (!isRecord(value) || !Object.hasOwn(value, 'spec')) return value;
    return { ...value, spec: this.#filled(value['spec'], ['spec']) };
  }

  #filled(value: unknown, path: Path): unknown {
    if (Array.isArray(value)) return value.map((item: unknown, index) => this.#filled(item, [...path, index]));
    if (!isRecord(value)) return value;
    const name = variableName(value);
    if (name !== undefined) return this.#valueOf(name, value, path);
    const copy: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(value)) {
      const filled = this.#filled(item, [...path, key]);
      Object.defineProperty(copy, key, { value: filled, enumerable: true, configurable: true, writable: true });
    }
    return copy;
  }

  #valueOf(name: string, written: unknown, path: Path): unknown {
    const { known, isPartial, mistyped } = this.#variables;
    const variable = known.get(name);
    const key = JSON.stringify(path);
    if (variable !== undefined) {
      this.uses.set(key, { name, declared: variable.declared });
      return variable.value;
    }
    this.unknown.add(key);
    if (!isPartial && !mistyped.has(name)) this.#report(name, path);
    return written;
  }

  #report(name: string, path: Path): void {
    const { known, environment, elsewhere } = this.#variables;
    const other = elsewhere.get(name);
    const message =
      environment === undefined
        ? `no environment declares a variable \`${name}\``
        : `the environment \`${environment}\` declares no variable \`${name}\``;
    const names = [...known.keys()];
    const hint =
      other !== undefined && nearest(name, names) === undefined
        ? `\`${other}\` declares it: add it to \`${environment}\` too`
        : suggestion(name, names, 'variable');
    this.#findings.add('variable/unknown', this.#file.rangeAt([...path, '$var']), message, { hint });
  }
}

/** The name in `{$var: name}`; any other object is none. */
function variableName(value: Readonly<Record<string, unknown>>): string | undefined {
  const name = value['$var'];
  return typeof name === 'string' && Object.keys(value).length === 1 ? name : undefined;
}
