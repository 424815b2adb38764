import { readRepository } from '../adapters/source/local.ts';
import { compileRepository, type ListedObject } from '../compile/compile-repository.ts';
import { type Diagnostic, hasErrors } from '../kernel/diagnostic.ts';
import { MkaError } from '../kernel/mka-error.ts';
import { type Validation, validate } from '../usecases/validate.ts';
import { findEnvironment } from './environment.ts';
import { select } from './select.ts';

/** What to check: all, or the findings of some objects; one environment, or all of them. */
export interface ValidateChoice {
  readonly select?: readonly string[] | undefined;
  readonly base?: string | undefined;
  readonly environment?: string | undefined;
}

/** Finds everything that is wrong in the files of a folder. Throws MkaError `environment/unknown`, `select/…`. */
export async function validateRepository(dir: string, choice: ValidateChoice): Promise<Validation> {
  const files = readRepository(dir);
  const { environment, select: selectors, base } = choice;
  const compiled = compileRepository(files, { environment });
  if (environment !== undefined) findEnvironment(dir, environment, compiled);
  const validation = validate(files, environment, compiled);
  if (selectors === undefined) return validation;
  const { objects } = compiled;
  const filesOf = (all: readonly ListedObject[]) => new Set(all.flatMap((object) => object.files));
  const known = filesOf(objects);
  // What a file with faults of form holds is not known, so it is never left out.
  const isStray = ({ at }: Diagnostic) => at === undefined || !known.has(at.file);
  const strays = validation.findings.filter(isStray);
  const own = filesOf(await selected(() => select({ dir, environment }, objects, { select: selectors, base }), strays));
  const findings = validation.findings.filter((finding) => isStray(finding) || own.has(finding.at?.file ?? ''));
  return { ...validation, findings, isValid: !hasErrors(findings) };
}

/** What is named may stand in a file that cannot be read: then its findings are the answer. */
async function selected(
  choose: () => Promise<readonly ListedObject[]>,
  strays: readonly Diagnostic[],
): Promise<readonly ListedObject[]> {
  try {
    return await choose();
  } catch (error) {
    if (strays.length > 0 && error instanceof MkaError && error.code === 'select/nothing') return [];
    throw error;
  }
}
