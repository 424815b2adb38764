import { join } from 'node:path';
import { expect, it } from 'vitest';
import { globalFlagsLast } from '../../src/ui/global-flags-last.ts';
import { ROOT, runMka } from '../package/run-mka.ts';

it('flags that all commands take may stand before the command, as docs/running.md has it', () => {
  expect(runMka(['-C', join(ROOT, 'campaigns'), '--json', 'list', 'campaign'])).toMatchObject({ code: 0 });
  expect(runMka(['-C', '/nowhere', 'validate'])).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('error[repository/not-found]'),
  });
});

it.each([
  ['-C shop run -e prod', 'run -e prod -C shop'],
  ['--dir=shop --json plan show x', 'plan show x --dir=shop --json'],
  ['--no-color test -- -C', 'test --no-color -- -C'],
  ['run -C shop', 'run -C shop'],
  ['-C', '-C'],
  ['--json', '--json'],
  ['--nope run', '--nope run'],
])('`mka %s` is read as `mka %s`', (typed, read) => {
  expect(globalFlagsLast(typed.split(' '))).toEqual(read.split(' '));
});
