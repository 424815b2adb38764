import type { FindingsReport } from './report.ts';

/** One versioned object: `{version, ok, errors, warnings, findings, …facts}`. */
export function writeJson({ findings, pathOf, facts }: FindingsReport): string {
  const count = (wanted: string): number => findings.filter(({ severity }) => severity === wanted).length;
  const errors = count('error');
  const value = {
    version: 1,
    ok: errors === 0,
    errors,
    warnings: count('warning'),
    ...facts,
    findings: findings.map(({ at, related, ...finding }) => ({
      ...finding,
      ...(at === undefined ? {} : { at: { ...at, file: pathOf(at.file) } }),
      ...(related === undefined
        ? {}
        : { related: related.map((place) => ({ ...place, at: { ...place.at, file: pathOf(place.at.file) } })) }),
    })),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}
