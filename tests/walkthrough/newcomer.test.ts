import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openShell } from './shell.ts';

/** What an editor adds to envs/dev.environment.yaml, so that a try takes no ten minutes and no day. */
const PATCHES = `  patches:
    - {at: "campaign:order-reminder spec.steps[id=ten-minutes].wait.after", set: 1s}
    - {at: "campaign:order-reminder spec.class", set: transactional}
`;

it('whoever tries mka has a message in a file after a handful of commands', { timeout: 60_000 }, async () => {
  const shell = openShell();
  const type = async (command: string) => {
    const { text, code } = await shell.type(command);
    expect(code, `$ ${command}\n${text}`).toBe(0);
    return text;
  };
  await type('mka init --example shop');
  await type('cd shop');
  const environment = join(shell.folder(), 'envs/dev.environment.yaml');
  writeFileSync(environment, readFileSync(environment, 'utf8') + PATCHES);
  await type('mka validate && mka test');
  await type('mka plan -e dev --out plan.json && mka deploy plan.json -e dev');
  await type(`mka trigger order.created --user u1 --data '{"order_id":"o1","amount_minor":19900}'`);
  // What waits for a later instant is not waited for, so a quick machine has to be asked once more.
  await type('for try in 1 2 3 4 5; do mka run --once && test -s .mka/dev/outbox.ndjson && break; done');
  const [message, ...others] = readFileSync(join(shell.folder(), '.mka/dev/outbox.ndjson'), 'utf8').trim().split('\n');
  expect(JSON.parse(message ?? '')).toMatchObject({
    to: 'u1',
    subject: 'Your order o1 is waiting',
    body: expect.stringContaining('Dear 李'),
  });
  expect(others).toEqual([]);
});

it('the README of a new repository holds', { timeout: 60_000 }, async () => {
  const shell = openShell();
  await shell.type('mka init --ci none shop && cd shop');
  const text = readFileSync(join(shell.folder(), 'README.md'), 'utf8');
  const commands = text.split('\n').filter((line) => line.startsWith('mka '));
  expect(commands.length).toBeGreaterThanOrEqual(5);
  // `prod` compares commits, as the one command here that wants a git repository.
  await shell.type('git init -q -b main && git config user.name ada && git config user.email ada@example.com');
  await shell.type('git add --all && git commit -q -m "the beginning"');
  for (const command of commands) {
    const { text: printed, code } = await shell.type(command);
    expect(code, `$ ${command}\n${printed}`).toBe(0);
  }
  expect(readFileSync(join(shell.folder(), '.mka/dev/outbox.ndjson'), 'utf8')).toContain('Welcome, Ada!');
});
