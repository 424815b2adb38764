import { Errors } from '@oclif/core';
import { describe, expect, it } from 'vitest';
import { EXIT, MkaError } from '../../src/engine/index.ts';
import { isColourWanted } from '../../src/ui/colours.ts';
import { toFailure } from '../../src/ui/failure.ts';
import { isJsonWanted } from '../../src/ui/json-wanted.ts';
import { runMka } from './run-mka.ts';

describe('a wrong use of the command line', () => {
  it.each([
    [['help', '--nope'], 'error[cli/usage] unknown flag: --nope\n'],
    [['vlaidate-it'], 'error[cli/unknown-command] `mka vlaidate-it` is not a command\n'],
    [['hlp'], 'did you mean `mka help`'],
  ])('%j is told on stderr and ends with 64', (args, text) => {
    const ran = runMka(args);
    expect(ran.stderr).toContain(text);
    expect(ran).toMatchObject({ code: EXIT.usage, stdout: '' });
  });

  it.each([[['help', '--nope', '--json']], [['hlp', '--json']]])('%j prints one small object', (args) => {
    const ran = runMka(args);
    expect(ran).toMatchObject({ code: EXIT.usage, stderr: '' });
    expect(Buffer.byteLength(ran.stdout)).toBeLessThan(4096);
    expect(JSON.parse(ran.stdout)).toEqual({
      version: 1,
      error: { code: expect.any(String), message: expect.any(String), hint: expect.any(String) },
    });
  });
});

describe('a failure', () => {
  it('of an operator keeps its code, hint and exit code', () => {
    const error = new MkaError('bus/unreachable', 'no broker', { hint: 'start it', exitCode: EXIT.unavailable });
    expect(toFailure(error)).toEqual({ code: 'bus/unreachable', message: 'no broker', hint: 'start it', exitCode: 69 });
  });

  it('that nobody foresaw is a bug, in one line', () => {
    expect(toFailure(new TypeError('x is undefined'))).toMatchObject({ code: 'internal/bug', exitCode: EXIT.bug });
    expect(toFailure('a string')).toMatchObject({ message: 'this is a bug in mka: a string' });
  });

  it('is cut to a length that fits into 4 KB', () => {
    const { message } = toFailure(new Errors.CLIError('x'.repeat(200_000)));
    expect(message.length).toBeLessThan(2_100);
  });
});

describe('flags that must hold before parsing', () => {
  it.each([
    [['a', '--json'], true],
    [['a', '--', '--json'], false],
    [['a'], false],
  ])('--json in %j: %s', (argv, wanted) => {
    expect(isJsonWanted(argv)).toBe(wanted);
  });

  it.each([
    [true, [], {}, true],
    [false, [], {}, false],
    [true, ['--no-color'], {}, false],
    [true, [], { NO_COLOR: '1' }, false],
    [true, [], { NO_COLOR: '' }, true],
    [true, [], { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    [false, [], { FORCE_COLOR: '1' }, true],
    [true, [], { FORCE_COLOR: '0' }, false],
    [true, [], { TERM: 'dumb' }, false],
  ])('colours on a terminal: %s, flags %j, environment %j: %s', (isTTY, argv, env, wanted) => {
    expect(isColourWanted({ isTTY }, argv, env)).toBe(wanted);
  });
});
