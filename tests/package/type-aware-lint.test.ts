import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CHECKS } from '../../scripts/check-list.ts';
import { runTool } from '../../scripts/tools.ts';
import { ROOT } from './run-mka.ts';

const folder = mkdtempSync(join(tmpdir(), 'mka-lint-'));
copyFileSync(join(ROOT, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
const { compilerOptions } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.json'), 'utf8'));
const tools = { compilerOptions: { ...compilerOptions, rootDir: '.', noEmit: true, types: [] }, include: ['*.ts'] };
writeFileSync(join(folder, 'tsconfig.tools.json'), JSON.stringify(tools));
// oxlint looks for its type-aware half beside the linted files, and there is none beside these.
process.env.OXLINT_TSGOLINT_PATH = join(ROOT, 'node_modules', '.bin', 'tsgolint');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The very command of `npm run check`, on one file of a folder with the project's own settings. */
async function lint(text: string): Promise<{ code: number; output: string }> {
  const command = CHECKS.find(({ name }) => name === 'lint');
  writeFileSync(join(folder, 'planted.ts'), text);
  return runTool(command?.tool ?? '', command?.args ?? [], { cwd: folder });
}

describe('the lint of npm run check', () => {
  it('passes a file without fault', async () => {
    expect(await lint('export async function a(): Promise<number> {\n  return 1;\n}\nawait a();\n')).toMatchObject({
      code: 0,
    });
  });

  it.each([
    ['no-floating-promises', 'export async function a(): Promise<number> {\n  return 1;\n}\na();\n'],
    [
      'no-misused-promises',
      'export const a = async (): Promise<void> => {};\n[1].forEach(a);\nif (a()) throw new Error();\n',
    ],
    ['await-thenable', 'export const a = 1;\nawait a;\n'],
  ])('goes red by %s', async (rule, text) => {
    const { code, output } = await lint(text);
    expect(output).toContain(rule);
    expect(code).not.toBe(0);
  });
});
