import type { Field, Fields } from '../../model/field.ts';
import type { Field as FieldSpec } from '../generated/types.ts';

/** Declared fields as the release holds them: descriptions and defaults left out, so that they change no digest. */
export function lowerFields(fields: Readonly<Record<string, FieldSpec>> | undefined): Fields {
  return Object.fromEntries(Object.entries(fields ?? {}).map(([name, field]) => [name, lowerField(field)]));
}

function lowerField({ type, required, pii }: FieldSpec): Field {
  return { type, ...(required ? { required } : {}), ...(pii === undefined ? {} : { pii }) };
}
