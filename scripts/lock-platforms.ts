/** The part of package-lock.json that is read and completed. */
export interface Lock {
  readonly packages: Record<string, LockEntry>;
}
export interface LockEntry {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const CPUS = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el'];

/**
 * The builds for other platforms that the lock does not have, although a package of the lock names them: a registry
 * that lacks them makes npm leave them out, and `npm ci` then refuses the lock everywhere.
 */
export function missingBuilds(lock: Lock): Map<string, LockEntry> {
  const missing = new Map<string, LockEntry>();
  for (const [path, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (isFound(lock, path, name)) continue;
      missing.set(`node_modules/${name}`, { version, ...(dev ? { dev } : {}), optional: true, ...platformOf(name) });
    }
  }
  return missing;
}

/** What `@oxlint/binding-linux-arm-musleabihf` says of itself: os, cpu and, on Linux, the C library. */
export function platformOf(name: string): Pick<LockEntry, 'os' | 'cpu' | 'libc'> {
  const words = name.split(/[/-]/);
  const os = words.find((word) => ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'].includes(word));
  const cpu = CPUS.find((known) => words.includes(known));
  if (os === undefined || cpu === undefined) throw new Error(`${name} does not name a platform`);
  const isMusl = words.some((word) => word.startsWith('musl'));
  return { os: [os], cpu: [cpu], ...(os === 'linux' ? { libc: [isMusl ? 'musl' : 'glibc'] } : {}) };
}

/** npm looks for a package beside its parent and then in each folder above. */
function isFound({ packages }: Lock, from: string, name: string): boolean {
  for (let base = from; ; base = base.slice(0, Math.max(0, base.lastIndexOf('/node_modules/')))) {
    if (packages[`${base === '' ? '' : `${base}/`}node_modules/${name}`] !== undefined) return true;
    if (base === '') return false;
  }
}
