import { type CompiledRepository, compileRepository } from '../compile/compile-repository.ts';
import type { EffectiveDefault } from '../compile/effective-defaults.ts';
import { KINDS } from '../compile/schema/kinds.ts';
import { decodeUtf8, type SourceFile } from '../compile/text.ts';
import { type Diagnostic, hasErrors } from '../kernel/diagnostic.ts';

/** What `mka validate` says of a repository. */
export interface Validation {
  readonly isValid: boolean;
  readonly findings: readonly Diagnostic[];
  /** Digest of the release; absent when there are errors. */
  readonly digest?: string;
  /** Objects by kind → how many. */
  readonly counts: Readonly<Record<string, number>>;
  readonly cases: number;
  /** Settings that nobody wrote, with the value that holds. */
  readonly defaults: readonly EffectiveDefault[];
  /** Paths of the files that were looked at. */
  readonly files: readonly string[];
  /** Text of a file, for frames; undefined for one that is not UTF-8. */
  readonly textOf: (file: string) => string | undefined;
}

/**
 * Compiles the files of a repository and counts what they hold: for one environment, or as they stand and then for each
 * environment that renders them otherwise. Pure.
 */
export function validate(
  files: readonly SourceFile[],
  environment?: string,
  compiled: CompiledRepository = compileRepository(files, { environment }),
): Validation {
  const findings = [...compiled.diagnostics, ...(environment === undefined ? ofEnvironments(files, compiled) : [])];
  const byPath = new Map(files.map((file) => [file.path, file]));
  return {
    isValid: !hasErrors(findings),
    findings,
    ...(compiled.bundle === undefined ? {} : { digest: compiled.bundle.digest }),
    counts: countKinds(compiled),
    cases: compiled.tests.reduce((sum, test) => sum + test.cases.length, 0),
    defaults: compiled.defaults,
    files: files.map(({ path }) => path).filter((path) => /\.(?:ya?ml|liquid)$/.test(path)),
    textOf: (file) => {
      const source = byPath.get(file);
      return source === undefined ? undefined : decodeUtf8(source.bytes);
    },
  };
}

/** What is wrong only where an environment has set its patches and variables; each finding once. */
function ofEnvironments(files: readonly SourceFile[], { diagnostics, rendering }: CompiledRepository): Diagnostic[] {
  const known = new Set(diagnostics.map(keyOf));
  return rendering.flatMap((environment) =>
    compileRepository(files, { environment }).diagnostics.flatMap((finding) => {
      const key = keyOf(finding);
      if (known.has(key)) return [];
      known.add(key);
      const message = finding.message.includes(`\`${environment}\``)
        ? finding.message
        : `${finding.message} (in environment \`${environment}\`)`;
      return [{ ...finding, message }];
    }),
  );
}

function keyOf({ code, message, at }: Diagnostic): string {
  return JSON.stringify([code, message, at]);
}

function countKinds({ objects }: CompiledRepository): Record<string, number> {
  const counted = KINDS.map((kind) => [kind, objects.filter((object) => object.kind === kind).length] as const);
  return Object.fromEntries(counted.filter(([, count]) => count > 0));
}
