import type { Path } from '../yaml/yaml-file.ts';

/** One error as ajv gives it. */
export interface SchemaError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly propertyName?: string;
}

/** A mistake with the path it stands at. */
export interface Mistake extends SchemaError {
  readonly path: Path;
}
