import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { isDeadHere, processIdentity } from '../../src/engine/wiring/process-identity.ts';

describe('the name of a process', () => {
  it('is the same for one run, and of one that lives', () => {
    expect(processIdentity()).toBe(processIdentity());
    expect(isDeadHere(processIdentity())).toBe(false);
  });

  it('of a process that has ended is dead here', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    const [host, , start] = processIdentity().split(':');
    const holder = `${host}:${child.pid}:${start}`;
    await once(child, 'exit');
    expect(isDeadHere(holder)).toBe(true);
  });

  it.runIf(process.platform === 'linux')('whose number another process has now is dead here', () => {
    const [host, pid] = processIdentity().split(':');
    expect(isDeadHere(`${host}:${pid}:1`)).toBe(true);
  });

  it.each(['elsewhere-12345678:1:1', 'nonsense', '', '::'])('of another machine is never called dead: %j', (holder) => {
    expect(isDeadHere(holder)).toBe(false);
  });
});
