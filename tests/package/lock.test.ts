import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Lock, missingBuilds, platformOf } from '../../scripts/lock-platforms.ts';
import { ROOT } from './run-mka.ts';

const lock: Lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));

describe('the lock', () => {
  it('has the builds of all platforms; if not: node scripts/complete-lock.ts', () => {
    expect([...missingBuilds(lock).keys()]).toEqual([]);
  });

  it('names neither places to download from nor places on a disk', () => {
    const places = Object.entries<{ resolved?: string }>(lock.packages as never).filter(([, entry]) => entry.resolved);
    expect(places.map(([path, { resolved }]) => [path, resolved])).toEqual([
      ['node_modules/@mka/node', 'scripts/node'],
    ]);
  });
});

describe('a platform', () => {
  it.each([
    ['@biomejs/cli-darwin-arm64', { os: ['darwin'], cpu: ['arm64'] }],
    ['@biomejs/cli-linux-x64-musl', { os: ['linux'], cpu: ['x64'], libc: ['musl'] }],
    ['@oxlint/binding-linux-arm-gnueabihf', { os: ['linux'], cpu: ['arm'], libc: ['glibc'] }],
    ['@oxlint/binding-linux-arm-musleabihf', { os: ['linux'], cpu: ['arm'], libc: ['musl'] }],
    ['@oxlint/binding-win32-ia32-msvc', { os: ['win32'], cpu: ['ia32'] }],
  ])('is read from %s', (name, platform) => {
    expect(platformOf(name)).toEqual(platform);
  });
});
