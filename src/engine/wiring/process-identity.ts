import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { sha256Hex } from '../kernel/hash.ts';

/**
 * `hostname-machine:pid:start`, one name for one run of one process. `machine` tells apart boots and process namespaces
 * (containers) that share a name; `start` is in clock ticks since boot where /proc says it, so that a process number
 * that is used again is seen as another.
 */
export function processIdentity(): string {
  return `${hostname()}-${machine()}:${process.pid}:${startOf(process.pid) ?? Date.now()}`;
}

/** True when the holder was a process of this machine and that process is no more. */
export function isDeadHere(holder: string): boolean {
  const [host, pidText = '', start] = holder.split(':');
  if (host !== `${hostname()}-${machine()}`) return false;
  const pid = Number(pidText);
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  if (!isAlive(pid)) return true;
  const present = startOf(pid);
  return present !== null && present !== start;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Field 22 of /proc/PID/stat (proc(5)); the command's name before it may hold spaces and brackets. */
function startOf(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // A zombie holds nothing any more, whoever has still to ask for its exit code.
    return fields[0] === 'Z' ? 'ended' : (fields[19] ?? null);
  } catch {
    return null;
  }
}

let known: string | undefined;

function machine(): string {
  known ??= sha256Hex(`${read('/proc/sys/kernel/random/boot_id')} ${namespace()}`).slice(0, 8);
  return known;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function namespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
