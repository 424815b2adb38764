import { Findings } from '../findings.ts';
import {
  campaign,
  channel,
  environment,
  list,
  policy,
  project,
  source,
  template,
  test,
} from '../generated/validators.ts';
import { NO_USES, type VariableUses } from '../rendering/variables.ts';
import type { Path, YamlFile } from '../yaml/yaml-file.ts';
import type { Kind } from './kinds.ts';
import type { Mistake, SchemaError } from './mistake.ts';
import { repairValue } from './repair.ts';
import { reportMistake } from './report-mistake.ts';
import { isRecord } from './schema-node.ts';

interface Validator {
  (value: unknown): boolean;
  errors?: readonly SchemaError[] | null;
}

/** The generated functions carry no types of their own. */
const VALIDATORS = {
  Project: project,
  Source: source,
  Campaign: campaign,
  Channel: channel,
  Template: template,
  List: list,
  Environment: environment,
  Policy: policy,
  Test: test,
} as unknown as Readonly<Record<Kind, Validator>>;

/**
 * Checks a file of a known kind against its schema; one mistake is one finding. `value` is the file's own when there
 * was none, a repaired one as far as that can be, else undefined.
 */
export function validateKind(
  file: YamlFile,
  kind: Kind,
  findings: Findings,
  uses: VariableUses = NO_USES,
): { readonly isValid: boolean; readonly value: unknown } {
  const validator = VALIDATORS[kind];
  if (validator(file.value)) return { isValid: true, value: file.value };
  const mistakes = mistakesOf(validator.errors ?? [], file.value);
  for (const mistake of mistakes) {
    if (!uses.isUnknown(mistake.path)) reportWithVariable(file, kind, mistake, findings, uses);
  }
  const repaired = repairValue(kind, file.value, mistakes);
  return { isValid: false, value: repaired !== undefined && validator(repaired) ? repaired : undefined };
}

/** A value that came out of a variable is told with the variable's name and place. */
function reportWithVariable(
  file: YamlFile,
  kind: Kind,
  mistake: Mistake,
  findings: Findings,
  uses: VariableUses,
): void {
  const variable = uses.at(mistake.path);
  if (variable === undefined) return reportMistake(file, kind, mistake, findings);
  const own = new Findings();
  reportMistake(file, kind, mistake, own);
  for (const { message, hint, at } of own.sorted()) {
    findings.add('variable/type', at ?? file.rangeAt(mistake.path), `the variable \`${variable.name}\`: ${message}`, {
      hint,
      related: [{ message: 'declared here', at: variable.declared }],
    });
  }
}

/** Drops what only follows from another error: the `if` of a choice, a missing key that stands there misspelt. */
function mistakesOf(errors: readonly SchemaError[], value: unknown): Mistake[] {
  const mistakes = errors
    .filter(({ keyword }) => keyword !== 'if' && keyword !== 'propertyNames')
    .map((error) => ({ ...error, path: toPath(error.instancePath, value) }));
  const seen = new Set<string>();
  return mistakes.filter(({ instancePath, keyword, params, propertyName }) => {
    const key = JSON.stringify([instancePath, keyword, params, propertyName]);
    return seen.has(key) ? false : seen.add(key);
  });
}

/** JSON pointer → path; a part is an index where the value is a list. */
function toPath(pointer: string, value: unknown): Path {
  let current = value;
  return pointer
    .split('/')
    .slice(1)
    .map((escaped) => {
      const text = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
      const part = Array.isArray(current) ? Number(text) : text;
      current =
        isRecord(current) || Array.isArray(current) ? (current as Record<string | number, unknown>)[part] : undefined;
      return part;
    });
}
