import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from './run-mka.ts';

interface Workflow {
  readonly permissions: Record<string, string>;
  readonly jobs: Record<
    string,
    { readonly permissions?: unknown; readonly steps: readonly { readonly uses?: string }[] }
  >;
}

const folder = join(ROOT, '.github', 'workflows');
/** What runs with more than reading is judged by tests/workflows. */
const files = readdirSync(folder).filter((file) => !readFileSync(join(folder, file), 'utf8').includes('workflow_run:'));

describe.each(files)('the workflow %s', (file) => {
  const text = readFileSync(join(folder, file), 'utf8');
  const workflow: Workflow = parse(text);

  it('may only read', () => {
    expect(Object.values(workflow.permissions)).toEqual(['read']);
    expect(Object.values(workflow.jobs).filter(({ permissions }) => permissions !== undefined)).toEqual([]);
  });

  it('names actions by commit, with the version beside it', () => {
    const used = Object.values(workflow.jobs).flatMap(({ steps }) =>
      steps.flatMap(({ uses }) => (uses?.startsWith('./') ? [] : (uses ?? []))),
    );
    expect(used.length).toBeGreaterThan(0);
    for (const name of used) {
      expect(name).toMatch(/@[0-9a-f]{40}$/);
      expect(text).toMatch(new RegExp(`${name} # v\\d+\\.\\d+\\.\\d+`));
    }
  });
});
