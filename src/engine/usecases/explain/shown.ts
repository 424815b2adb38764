import { mask } from '../../kernel/mask.ts';
import type { Fields } from '../../model/field.ts';
import type { Release } from '../../model/release.ts';
import type { ValueMap } from '../../model/value.ts';

/** Values as they may be shown: personal data masked by its declaration, unless it was asked for. */
export interface Shown {
  eventData(type: string, data: ValueMap): ValueMap;
  /** One value by the path an expression reads it from, such as `event.data.city` or `user.zone`. */
  value(path: readonly string[], value: unknown, eventType?: string): unknown;
}

export function createShown(
  { eventTypes, tables, project }: Release,
  { user, showPersonalData }: { readonly user: string; readonly showPersonalData: boolean },
): Shown {
  const table = project.users.table === undefined ? undefined : tables[project.users.table];
  const userFields: Fields = { ...table?.fields, ...project.users.attributes };
  const one = (fields: Fields | undefined, name: string, value: unknown): unknown => {
    // Who asks has named the user; what is no declared field is nobody's declared data, so it is hidden.
    if (showPersonalData || value === user) return value;
    if (fields === undefined || !Object.hasOwn(fields, name)) return mask(value, 'other');
    return mask(value, fields[name]?.pii ?? 'none');
  };
  const fieldsOf = (type: string | undefined) =>
    type !== undefined && Object.hasOwn(eventTypes, type) ? eventTypes[type]?.fields : undefined;
  return {
    eventData: (type, data) =>
      Object.fromEntries(
        Object.entries(data).map(([name, value]) => [name, one(fieldsOf(type), name, value)]),
      ) as ValueMap,
    value: ([root, ...rest], value, type) => {
      const name = rest.at(-1) ?? '';
      if (root === 'user') return one(userFields, name, value);
      return rest[0] === 'data' ? one(fieldsOf(type), name, value) : value;
    },
  };
}
