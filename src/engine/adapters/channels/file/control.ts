import { readFileSync, statSync } from 'node:fs';
import type { FileBehaviour, FileProvider } from '../../../model/release.ts';

/** How the provider's part is played at this moment. */
export interface Conduct {
  readonly behaviour: FileBehaviour;
  readonly delayMs: number;
  readonly addresses: Readonly<Record<string, FileBehaviour>>;
}

const BEHAVIOURS: ReadonlySet<unknown> = new Set<FileBehaviour>(['accept', 'refuse', 'throttle', 'silent']);

/**
 * The control file beside a file channel, `<path>.control.json`: any of `behaviour`, `delayMs`, `addresses`. A key that
 * stands there replaces the definition's (addresses one by one); without the file the definition holds. It is looked at
 * before each batch and read when it has changed; one that cannot be understood leaves the last good conduct in force.
 */
export class ControlFile {
  readonly #path: string;
  readonly #defined: Conduct;
  #conduct: Conduct;
  #seen = '';
  /** Why the present control file is not followed; undefined when all is well. */
  problem: string | undefined;

  constructor(path: string, provider: FileProvider) {
    this.#path = path;
    this.#defined = provider;
    this.#conduct = provider;
  }

  read(): Conduct {
    const stat = statSync(this.#path, { bigint: true, throwIfNoEntry: false });
    const stamp = stat === undefined ? '' : `${stat.ino}/${stat.size}/${stat.mtimeNs}/${stat.ctimeNs}`;
    if (stamp === this.#seen) return this.#conduct;
    this.#seen = stamp;
    this.problem = undefined;
    try {
      this.#conduct = stamp === '' ? this.#defined : conductOf(readFileSync(this.#path, 'utf8'), this.#defined);
    } catch (error) {
      this.problem = (error as Error).message;
    }
    return this.#conduct;
  }
}

function conductOf(text: string, defined: Conduct): Conduct {
  const control: unknown = JSON.parse(text);
  if (typeof control !== 'object' || control === null || Array.isArray(control))
    throw new Error('the control file is not a JSON object');
  const { behaviour = defined.behaviour, delayMs = defined.delayMs, addresses = {} } = control as Partial<Conduct>;
  const known = Object.values(addresses).every((one) => BEHAVIOURS.has(one)) && BEHAVIOURS.has(behaviour);
  if (!known) throw new Error('a behaviour is accept, refuse, throttle or silent');
  if (!Number.isFinite(delayMs) || delayMs < 0) throw new Error('delayMs is a number of milliseconds, 0 or more');
  return { behaviour, delayMs, addresses: { ...defined.addresses, ...addresses } };
}
