// The first thing every npm script runs. Plain JavaScript that Node 20 understands, because that is what a bare
// machine has: it installs what the lock names when that is missing, then continues on the locked Node 24.
//
//   node scripts/setup.mjs [--build] [script.ts [argument …]]
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

if (!isInstalled()) install();
const node = findNode();
const [first, ...rest] = process.argv.slice(2);
const wantsBuild = first === '--build';
const [script, ...args] = wantsBuild ? rest : first === undefined ? [] : [first, ...rest];

if (wantsBuild) await runOrExit(join(root, 'scripts', 'build.ts'), ['--if-stale']);
if (script !== undefined) {
  if (!existsSync(resolve(root, script))) fail(`${script} does not exist yet`, 64);
  await runOrExit(resolve(root, script), args);
}

/** True when every package of the lock that this platform needs stands in node_modules in that version. */
function isInstalled() {
  const hidden = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith('node_modules/') || entry.link) return true;
    const found = installed[path];
    return found === undefined ? entry.optional === true : found.version === entry.version;
  });
}

/** `npm ci` without install scripts: nothing that is downloaded runs before it is asked to. */
function install() {
  process.stderr.write('setup: installing the packages of package-lock.json (once, about a minute) …\n');
  const args = ['ci', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const result = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, encoding: 'utf8' })
    : spawnSync('npm', args, { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' });
  if (result.status === 0) return;
  process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`);
  fail(`npm ci failed${result.error === undefined ? '' : `: ${result.error.message}`}`, 69);
}

/** The Node of the lock; where no package exists for this platform, the running one if it is new enough. */
function findNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  for (const name of [`node-${platform}-${process.arch}`, `node-bin-${platform}-${process.arch}`]) {
    const path = join(root, 'node_modules', name, 'bin', file);
    if (existsSync(path)) return path;
  }
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
  return fail(
    `no locked Node for ${process.platform}-${process.arch}, and Node ${process.versions.node} is older than 22.18`,
    64,
  );
}

/** Runs a script to its end; anything but success ends this process the same way. */
async function runOrExit(file, args) {
  const bin = join(root, 'node_modules', '.bin');
  const path = [dirname(node), bin, process.env.PATH ?? ''].join(delimiter);
  const child = spawn(node, [file, ...args], { cwd: root, stdio: 'inherit', env: { ...process.env, PATH: path } });
  // A terminal sends SIGINT to the whole group: the child decides what it means. Others are passed on.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  const { code, signal } = await new Promise((settle, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => settle({ code, signal }));
  });
  if (signal !== null) process.exit(128 + ({ SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[signal] ?? 0));
  if (code !== 0) process.exit(code ?? 70);
}

function fail(message, exitCode) {
  process.stderr.write(`setup: ${message}\n`);
  process.exit(exitCode);
}
