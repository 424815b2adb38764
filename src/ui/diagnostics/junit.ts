import type { Diagnostic } from '../../engine/index.ts';
import { drawFrame } from './frame.ts';
import { maskSecrets } from './mask-secrets.ts';
import type { FindingsReport } from './report.ts';

/** JUnit XML: a case for each clean file and for each finding; errors fail, warnings are said in passing. */
export function writeJunit(report: FindingsReport): string {
  const { findings, files, pathOf } = report;
  const textOf = maskSecrets(report.textOf, findings);
  const found = new Set(findings.map(({ at }) => at?.file));
  const clean = files
    .filter((file) => !found.has(file))
    .map((file) => `    <testcase classname="mka.validate" name="${xml(pathOf(file))}"/>`);
  const cases = findings.map((finding) => testCase(finding, report, textOf));
  const failures = findings.filter(({ severity }) => severity === 'error').length;
  const counts = `tests="${clean.length + cases.length}" failures="${failures}" errors="0" skipped="0"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="mka" ${counts}>`,
    `  <testsuite name="mka validate" ${counts}>`,
    ...cases,
    ...clean,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testCase(finding: Diagnostic, { pathOf }: FindingsReport, textOf: FindingsReport['textOf']): string {
  const { at, code, message, severity } = finding;
  const name = at === undefined ? code : `${pathOf(at.file)}:${at.line}:${at.column} ${code}`;
  const open = `    <testcase classname="mka.validate" name="${xml(name)}">`;
  const frame = xml(drawFrame(finding, { textOf, pathOf }));
  const inner =
    severity === 'error'
      ? `<failure type="${xml(code)}" message="${xml(message)}">${frame}</failure>`
      : `<system-out>${frame}</system-out>`;
  return `${open}\n      ${inner}\n    </testcase>`;
}

function xml(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 cannot hold these characters
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  );
}
