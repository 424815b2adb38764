import { compileRepository, type ListedObject } from '../compile/compile-repository.ts';
import { KINDS } from '../compile/schema/kinds.ts';
import { alternatives, nearest } from '../compile/suggest.ts';
import type { SourceFile } from '../compile/text.ts';
import { EXIT, MkaError } from '../kernel/mka-error.ts';

/** Objects of a repository by kind and name; with a kind (`campaign`, `Campaigns`) only those. Files with findings are left out. */
export function listObjects(files: readonly SourceFile[], kind?: string): readonly ListedObject[] {
  const wanted = kind === undefined ? undefined : findKind(kind);
  return compileRepository(files)
    .objects.filter((object) => wanted === undefined || object.kind === wanted)
    .sort((a, b) => KINDS.indexOf(a.kind as never) - KINDS.indexOf(b.kind as never) || (a.name < b.name ? -1 : 1));
}

function findKind(text: string): string {
  const word = text.toLowerCase().replace(/s$/, '');
  const kind = KINDS.find((name) => name.toLowerCase() === word);
  if (kind !== undefined) return kind;
  const near = nearest(word, KINDS);
  throw new MkaError('cli/unknown-kind', `there is no kind \`${text}\``, {
    hint: near ? `did you mean \`${near}\`?` : `use ${alternatives(KINDS)}`,
    exitCode: EXIT.usage,
  });
}
