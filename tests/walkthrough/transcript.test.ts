import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../package/run-mka.ts';
import { openShell } from './shell.ts';
import { difference, readTranscript } from './transcript.ts';

const PAGE = 'docs/gitops-walkthrough.md';

it(`what ${PAGE} shows is what happens`, { timeout: 120_000 }, async () => {
  const steps = readTranscript(readFileSync(join(ROOT, PAGE), 'utf8'));
  expect(steps.length).toBeGreaterThan(30);
  const shell = openShell();
  for (const { line, command, output } of steps) {
    const { text } = await shell.type(command);
    const printed = text === '' ? [] : text.replace(/\n$/, '').split('\n');
    const why = difference(output, printed);
    expect(why, `${PAGE}:${line} $ ${command}\n${why}\nall of it:\n${text}`).toBeUndefined();
  }
});

describe('the reader of transcripts', () => {
  it('takes commands that go on, and their output', () => {
    const page = 'words\n```console\n$ cat <<END\n> one\n> END\none\n$ true\n```\n> words\n';
    expect(readTranscript(page)).toEqual([
      { line: 3, command: 'cat <<END\none\nEND', output: ['one'] },
      { line: 7, command: 'true', output: [] },
    ]);
  });

  it('tells what differs', () => {
    const commit = '0123456789ab';
    expect(difference(['at <commit>, <who>, done'], [`at ${commit}, ada, done`])).toBeUndefined();
    expect(difference(['at <commit>'], ['at 0123'])).toContain('0123');
    expect(difference(['a', '…', 'z'], ['a', 'b', 'c', 'z'])).toBeUndefined();
    expect(difference(['a', '…', 'z'], ['a', 'b', 'c'])).toContain('z');
    expect(difference(['a'], ['a', 'b'])).toContain('b');
    expect(difference(['<b> stays'], ['<b> stays'])).toBeUndefined();
  });
});
