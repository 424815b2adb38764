import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPlan, runPlan } from './histories.ts';

const FOLDER = join(import.meta.dirname, 'regressions');
const FILES = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));

test.each(FILES)('the history of %s breaks no promise any more', async (file) => {
  expect((await runPlan(readPlan(join(FOLDER, file)))).violation).toBeNull();
});
