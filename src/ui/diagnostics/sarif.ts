import type { Diagnostic, SourceRange } from '../../engine/index.ts';
import type { FindingsReport } from './report.ts';

const LEVELS = { error: 'error', warning: 'warning', info: 'note' } as const;

/** SARIF 2.1.0 (OASIS), one run; columns count UTF-16 code units. */
export function writeSarif({ findings, pathOf, version }: FindingsReport): string {
  const codes = [...new Set(findings.map(({ code }) => code))].sort();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'mka', version, rules: codes.map((id) => ({ id, name: ruleName(id) })) } },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => result(finding, codes.indexOf(finding.code), pathOf)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function result(finding: Diagnostic, ruleIndex: number, pathOf: FindingsReport['pathOf']): object {
  const { code, severity, message, hint, at, related } = finding;
  return {
    ruleId: code,
    ruleIndex,
    level: LEVELS[severity],
    message: { text: hint === undefined ? message : `${message}\n${hint}` },
    ...(at === undefined ? {} : { locations: [{ physicalLocation: physical(at, pathOf) }] }),
    ...(related === undefined
      ? {}
      : {
          relatedLocations: related.map((place, id) => ({
            id,
            message: { text: place.message },
            physicalLocation: physical(place.at, pathOf),
          })),
        }),
  };
}

function physical(at: SourceRange, pathOf: FindingsReport['pathOf']): object {
  const { line, column, endLine, endColumn } = at;
  const uri = pathOf(at.file).split('/').map(encodeURIComponent).join('/');
  return { artifactLocation: { uri }, region: { startLine: line, startColumn: column, endLine, endColumn } };
}

/** `schema/unknown-key` → `SchemaUnknownKey`. */
function ruleName(code: string): string {
  return code.replace(/(?:^|[/-])(\w)/g, (_, letter: string) => letter.toUpperCase());
}
