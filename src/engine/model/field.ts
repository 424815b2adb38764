/** The declared type of a field. `timestamp` is RFC 3339 text at rest; `json` is unchecked and opaque to expressions. */
export type FieldType = 'string' | 'int' | 'double' | 'bool' | 'timestamp' | 'json' | 'list<string>' | 'list<int>';

/** Kind of personal data, which decides how a value is masked in every output. */
export type Pii = 'name' | 'phone' | 'email' | 'address' | 'id' | 'other';

/** A declared field of an event's data or of a table. */
export interface Field {
  readonly type: FieldType;
  /** An event without a required field is refused (`event/missing-field`). */
  readonly required?: boolean;
  readonly pii?: Pii;
  readonly description?: string;
}

export type Fields = Readonly<Record<string, Field>>;
