import { readRepository } from '../adapters/source/local.ts';
import { type CompiledRepository, compileRepository } from '../compile/compile-repository.ts';
import type { Diagnostic } from '../kernel/diagnostic.ts';
import { MkaError } from '../kernel/mka-error.ts';

/** Reads and compiles the campaign repository in a folder, as an environment renders it. */
export function loadRepository(dir: string, environment?: string): CompiledRepository {
  return compileRepository(readRepository(dir), { environment });
}

/** What a command says that cannot go on with a repository that has errors; carries the findings. */
export function invalidRepository(diagnostics: readonly Diagnostic[]): MkaError {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  const place = first?.at === undefined ? '' : `${first.at.file}:${first.at.line}:${first.at.column} `;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  const said = first === undefined ? '' : `: ${place}${first.message}${more}`;
  return new MkaError('repository/invalid', `the campaign repository has errors${said}`, {
    hint: 'mka validate lists them all',
    diagnostics,
  });
}
