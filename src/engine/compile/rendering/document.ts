import type { Kind } from '../schema/kinds.ts';
import type { YamlFile } from '../yaml/yaml-file.ts';

/** A parsed file whose kind is known, before its schema is asked. */
export interface Document {
  readonly kind: Kind;
  readonly file: YamlFile;
}
