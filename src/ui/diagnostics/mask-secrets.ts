import type { Diagnostic } from '../../engine/index.ts';

/** Findings of this code stand on a secret in clear text, which no output repeats. */
const SECRET = 'schema/secret-literal';

/** Text of files with what the findings call a secret replaced by asterisks. */
export function maskSecrets(
  textOf: (file: string) => string | undefined,
  findings: readonly Diagnostic[],
): (file: string) => string | undefined {
  const secrets = findings.flatMap(({ code, at }) => (code === SECRET && at !== undefined ? [at] : []));
  if (secrets.length === 0) return textOf;
  return (file) => {
    const lines = textOf(file)?.split('\n');
    for (const at of secrets.filter((range) => range.file === file)) {
      for (let line = at.line; line <= at.endLine; line += 1) {
        const text = lines?.[line - 1];
        if (lines === undefined || text === undefined) continue;
        const from = line === at.line ? at.column - 1 : 0;
        const to = line === at.endLine ? at.endColumn - 1 : text.length;
        lines[line - 1] = text.slice(0, from) + '*'.repeat(Math.max(0, to - from)) + text.slice(to);
      }
    }
    return lines?.join('\n');
  };
}
