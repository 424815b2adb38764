import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { createSecretResolver } from '../../../src/engine/adapters/secrets/resolve.ts';

const CANARY = 'canary-4711';

it('a secret shows itself only when it is asked to', () => {
  const secret = createSecretResolver({ TOKEN: CANARY }, '/').resolve({ fromEnv: 'TOKEN' });
  expect(secret.reveal()).toBe(CANARY);
  const shown = [
    String(secret),
    [secret].join(),
    JSON.stringify({ secret }),
    inspect({ secret }, { showHidden: true, depth: 9 }),
  ];
  for (const text of [...shown, Object.values(secret).join()]) expect(text).not.toContain(CANARY);
  expect(JSON.stringify({ secret })).toBe('{"secret":"***"}');
});

it('a secret from a file is read anew and without the line break at its end', () => {
  const root = mkdtempSync(join(tmpdir(), 'mka-secrets-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const secrets = createSecretResolver({}, root);
  writeFileSync(join(root, 'token'), `${CANARY}\n`);
  expect(secrets.resolve({ fromFile: 'token' }).reveal()).toBe(CANARY);
  writeFileSync(join(root, 'token'), 'rotated\r\n');
  expect(secrets.resolve({ fromFile: join(root, 'token') }).reveal()).toBe('rotated');
  writeFileSync(join(root, 'token'), '\n');
  expect(() => secrets.resolve({ fromFile: 'token' })).toThrow(expect.objectContaining({ code: 'secret/missing' }));
});

it.each([
  [{ fromEnv: 'NOT_SET' }, /NOT_SET/],
  [{ fromEnv: 'EMPTY' }, /EMPTY/],
  [{ fromEnv: 'constructor' }, /constructor/],
  [{ fromFile: 'nowhere/token' }, /nowhere\/token/],
])('%j that is not there is secret/missing and names the reference', (reference, words) => {
  const secrets = createSecretResolver({ EMPTY: '', OTHER: CANARY }, tmpdir());
  expect(() => secrets.resolve(reference)).toThrow(words);
  expect(() => secrets.resolve(reference)).toThrow(expect.objectContaining({ code: 'secret/missing' }));
});
