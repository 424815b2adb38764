import { spawnSync } from 'node:child_process';

/** Programs that the tests call beside git, and the Debian packages that hold them. */
const PROGRAMS: readonly (readonly [program: string, probe: string, debianPackage: string])[] = [
  ['ssh-keygen', '-?', 'openssh-client'],
  ['openssl', 'version', 'openssl'],
];

/** Before any test: what a bare machine lacks is installed, and said aloud. Throws when it cannot be had. */
export default function installPrograms(): void {
  const missing = PROGRAMS.filter(([program, probe]) => spawnSync(program, [probe]).error !== undefined);
  if (missing.length === 0) return;
  const packages = missing.map(([, , debianPackage]) => debianPackage);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  console.log(`installing ${packages.join(', ')} for ${missing.map(([program]) => program).join(', ')}`);
  for (const args of [['update'], ['install', '--yes', '--no-install-recommends', ...packages]]) {
    const { status, error, stderr } = spawnSync('apt-get', args, { env });
    if (status === 0) continue;
    throw new Error(
      `install ${packages.join(' and ')} first: apt-get ${args[0]}: ${error?.message ?? stderr.toString()}`,
    );
  }
}
