import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createScreen, table } from '../../scripts/demo/screen.ts';

const DEMO = join(import.meta.dirname, '..', '..', 'scripts', 'demo.ts');
/** What colours begin with. */
const ESCAPE = String.fromCharCode(27);
/** The whole demo takes a minute on two busy cores. */
const DEMO_MS = 300_000;

let folder: string;
let children: ChildProcess[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mka-demo-test-'));
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the demo away from any terminal, with a folder for temporary files of its own. */
function startDemo() {
  const child = spawn(process.execPath, [DEMO], {
    env: { ...process.env, TMPDIR: folder, FORCE_COLOR: undefined, NO_COLOR: '1' },
  });
  children.push(child);
  let text = '';
  const listeners = new Set<() => void>();
  const take = (piece: string) => {
    text += piece;
    for (const look of listeners) look();
  };
  child.stdout.setEncoding('utf8').on('data', take);
  child.stderr.setEncoding('utf8').on('data', take);
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const saw = (part: string) =>
    new Promise<void>((resolve) => {
      const look = () => text.includes(part) && resolve();
      listeners.add(look);
      look();
    });
  return { child, ended, saw, text: () => text };
}

/** Processes that still work in the folder; only Linux can tell. */
function processesIn(path: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readlinkSync(`/proc/${name}/cwd`).startsWith(path);
    } catch {
      return false;
    }
  });
}

test(
  'the demo shows the story, survives the kills, replays the history, and ends with 0',
  async () => {
    const demo = startDemo();
    expect(await demo.ended, demo.text()).toBe(0);
    const lines = demo.text().split('\n');
    for (const unwanted of ['WRONG', ESCAPE]) expect(demo.text()).not.toContain(unwanted);
    for (const line of [
      '  mail to u1@example.com',
      'ok  one message went out',
      'ok  to who has not paid, by e-mail, with the surname',
      'ok  explain names the exit of the paid order',
      'ok  personal data is masked',
      'ok  nobody got it twice',
      'ok  nobody who had paid got it',
      '  69659 events, 23570 customers',
      'ok  no message came twice',
    ]) {
      expect(lines).toContain(line);
    }
    expect(lines.filter((line) => line === 'ok  both say the same')).toHaveLength(2);
    expect(demo.text()).toMatch(/win-back in the inbox +45,448 +45,448/);
    expect(demo.text()).toMatch(/thank-you by e-mail \(SMTP\) +1,964 +1,964/);
    expect(lines.at(-2)).toMatch(/^demo: everything is as it should be, \d+ s$/);
    expect(readdirSync(folder)).toEqual([]);
  },
  DEMO_MS,
);

test(
  'Ctrl-C while a daemon runs ends everything and leaves nothing behind',
  async () => {
    const demo = startDemo();
    await demo.saw('events import');
    expect(readdirSync(folder)).not.toEqual([]);
    demo.child.kill('SIGINT');
    expect(await demo.ended).toBe(130);
    expect(readdirSync(folder)).toEqual([]);
    await expect.poll(() => processesIn(folder)).toEqual([]);
  },
  DEMO_MS,
);

test('a claim that does not hold is shown and remembered', () => {
  const written: string[] = [];
  const screen = createScreen((text) => written.push(text));
  screen.check('two is two', true);
  screen.check('both say the same', false, 'users');
  expect(screen.failures).toEqual(['both say the same']);
  expect(written.join('')).toContain('both say the same: users');
});

test('figures stand in columns', () => {
  expect(
    table([
      ['', 'replayed'],
      ['users', '23,570'],
    ]),
  ).toBe('       replayed\nusers    23,570');
});
