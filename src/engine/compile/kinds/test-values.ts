import type { Field, Fields } from '../../model/field.ts';
import type { ValueMap } from '../../model/value.ts';
import { suggestion } from '../suggest.ts';
import { instantMs } from '../time-values.ts';
import type { Path } from '../yaml/yaml-file.ts';
import type { CaseScope } from './case-scope.ts';

/** Written data as values; YAML gives nothing that a value could not be. */
export function asValues(data: object | undefined): ValueMap {
  return (data ?? {}) as ValueMap;
}

/** Checks written values against declared fields: no unknown field, each of its type. */
export function checkRow(scope: CaseScope, row: ValueMap, fields: Fields, path: Path, what: string): void {
  const { context, object } = scope;
  for (const [name, value] of Object.entries(row)) {
    const field = fields[name];
    if (field === undefined) {
      const hint = suggestion(name, Object.keys(fields), 'field');
      context.findings.add('test/field', object.keyAt(...path, name), `${what} has no field \`${name}\``, { hint });
    } else if (value !== null && !fits(field.type, value)) {
      context.findings.add('test/field', object.at(...path, name), `\`${name}\` is ${field.type}`, {
        hint: field.type === 'string' ? 'put it into quotes' : undefined,
      });
    }
  }
}

function fits(type: Field['type'], value: unknown): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string';
    case 'int':
      return Number.isSafeInteger(value);
    case 'double':
      return typeof value === 'number';
    case 'bool':
      return typeof value === 'boolean';
    case 'timestamp':
      return typeof value === 'string' && instantMs(value) !== undefined;
    case 'json':
      return true;
    case 'list<string>':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    case 'list<int>':
      return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item));
  }
}
