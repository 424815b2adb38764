import type { SourceRange } from '../kernel/position.ts';
import type { MkaObject } from './generated/types.ts';
import type { Kind } from './schema/kinds.ts';
import type { Path, YamlFile } from './yaml/yaml-file.ts';

/** Kind → what stands in a file of that kind. */
type Values = { readonly [One in MkaObject as One['kind']]: One };

/** An object whose file fits its schema. */
export class RepositoryObject<K extends Kind = Kind> {
  readonly kind: K;
  readonly value: Values[K];
  readonly file: YamlFile;

  /** `value` where it is not the file's own: one that was repaired. */
  constructor(kind: K, file: YamlFile, value: unknown = file.value) {
    this.kind = kind;
    this.file = file;
    this.value = value as Values[K];
  }

  get name(): string {
    return this.value.metadata.name;
  }

  at(...path: Path): SourceRange {
    return this.file.rangeAt(path);
  }

  keyAt(...path: Path): SourceRange {
    return this.file.keyRangeAt(path);
  }

  /** Path of a file that this one names, relative to the repository's root; undefined when it leads outside. */
  resolve(relative: string): string | undefined {
    if (relative.startsWith('/') || relative.includes('\\') || /^[A-Za-z]:/.test(relative)) return undefined;
    const parts = this.file.path.split('/').slice(0, -1);
    for (const part of relative.split('/')) {
      if (part === '..' && parts.length === 0) return undefined;
      if (part === '..') parts.pop();
      else if (part !== '.' && part !== '') parts.push(part);
    }
    return parts.join('/');
  }
}
