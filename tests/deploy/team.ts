import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateRecordKeys } from '../../src/engine/adapters/signing/record-keys.ts';
import { mka, type Ran } from '../daemon/running.ts';
import { createShop } from '../daemon/shop.ts';

/** A person with a clone and an SSH key. */
export interface Person {
  readonly dir: string;
  readonly key: string;
  git(...args: readonly string[]): string;
  mka(...args: readonly string[]): Promise<Ran>;
  write(path: string, text: string): void;
  replace(path: string, from: string, to: string): void;
}

/** Two people, their shared repository, and the environment `prod` that follows it; all real files. */
export interface Team {
  readonly origin: string;
  readonly dataDir: string;
  readonly ada: Person;
  readonly ben: Person;
  /** Folder that the daemons are started in: a clone of the beginning. */
  readonly host: string;
  /** File of the key that deployments are signed with. */
  readonly deployKey: string;
  /** A file beside the clones, so that no work tree becomes dirty. */
  file(name: string): string;
  /** An allowed signature over a text, made without mka. */
  sign(person: Person, text: string): string;
  remove(): void;
}

export interface TeamOptions {
  readonly wait?: string;
  readonly audience?: string;
  readonly require?: 'record' | 'none';
}

/** Makes the team; nothing is deployed yet. */
export function createTeam({
  wait = '4s',
  audience = 'user.surname == "Wang"',
  require = 'record',
}: TeamOptions = {}): Team {
  const root = mkdtempSync(join(tmpdir(), 'mka-team-'));
  const at = (name: string) => join(root, name);
  const keys = generateRecordKeys();
  writeFileSync(at('deploy.pem'), keys.privateKey, { mode: 0o600 });
  git(root, ['init', '--quiet', '--bare', '-b', 'main', at('origin.git')]);
  const person = (name: string): Person => {
    const [dir, key] = [at(name), at(`${name}-key`)];
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', key]);
    git(root, ['clone', '--quiet', at('origin.git'), dir]);
    git(dir, ['config', 'user.name', name]);
    git(dir, ['config', 'user.email', `${name}@example.com`]);
    git(dir, ['config', 'commit.gpgsign', 'false']);
    return {
      ...{ dir, key },
      git: (...args) => git(dir, args),
      mka: (...args) => mka([...args, '--dir', dir]),
      write: (path, text) => writeFileSync(join(dir, path), text),
      replace: (path, from, to) => {
        const text = readFileSync(join(dir, path), 'utf8');
        if (!text.includes(from)) throw new Error(`${path} does not hold ${from}`);
        writeFileSync(join(dir, path), text.replace(from, to));
      },
    };
  };
  const ada = person('ada');
  const ben = person('ben');
  fill(
    ada,
    { wait, audience, require },
    { origin: at('origin.git'), dataDir: at('data'), publicKey: keys.publicKey, signers: [ada, ben] },
  );
  git(root, ['clone', '--quiet', at('origin.git'), at('host')]);
  ben.git('pull', '--quiet');
  return {
    ...{ origin: at('origin.git'), dataDir: at('data'), ada, ben, host: at('host'), deployKey: at('deploy.pem') },
    file: at,
    sign: (who, text) =>
      execFileSync('ssh-keygen', ['-Y', 'sign', '-q', '-n', 'mka-plan', '-f', who.key], {
        input: text,
        encoding: 'utf8',
      }),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

function fill(
  ada: Person,
  { wait, audience, require }: Required<TeamOptions>,
  facts: { origin: string; dataDir: string; publicKey: string; signers: readonly Person[] },
): void {
  const shop = createShop({ wait, via: '[wechat]', quiet: false });
  rmSync(join(shop.dir, 'channels/email.channel.yaml'));
  cpSync(shop.dir, ada.dir, { recursive: true });
  shop.remove();
  ada.replace(
    'reminder/reminder.campaign.yaml',
    '  topic: promo\n',
    `  topic: promo\n  audience: {where: '${audience}'}\n`,
  );
  const pem = facts.publicKey.trim().replaceAll('\n', '\n          ');
  ada.write(
    'envs/prod.environment.yaml',
    `apiVersion: mka/v1
kind: Environment
metadata: {name: prod}
spec:
  http: {port: 0}
  dataDir: ${facts.dataDir}
  follow:
    repository: ${facts.origin}
    ref: main
    every: 500ms
    require: ${require}
    publicKeys:
      - |
          ${pem}
`,
  );
  execFileSync('mkdir', ['-p', join(ada.dir, 'policies')]);
  ada.write(
    'policies/approvals.policy.yaml',
    `apiVersion: mka/v1
kind: Policy
metadata: {name: approvals, owner: growth}
spec:
  rules:
    - {id: no-gift-removed, level: mandatory, deny: object.name == "gift" && change.action == "delete", message: gift stays}
  approvals:
    - {id: another-person, when: environment.name == "prod", count: 1}
`,
  );
  const line = (name: string, { key }: Person) => `${name}@example.com ${readFileSync(`${key}.pub`, 'utf8').trim()}\n`;
  const [one, other] = facts.signers;
  ada.write('policies/allowed-signers', line('ada', one as Person) + line('ben', other as Person));
  ada.write('.gitignore', '.mka/\n');
  ada.git('add', '--all');
  ada.git('commit', '--quiet', '-m', 'the beginning');
  ada.git('push', '--quiet', 'origin', 'HEAD:main');
}

/** Plans what a clone has checked out, has the other approve it, and deploys it. */
export async function release(
  team: Team,
  { by, approver }: { by: Person; approver: Person },
  name: string,
): Promise<Ran> {
  const plan = team.file(`${name}.json`);
  const planned = await by.mka('plan', '-e', 'prod', '--out', plan);
  if (planned.code !== 0) return planned;
  const approved = await approver.mka('approve', plan, '--key', approver.key);
  if (approved.code !== 0) return approved;
  return by.mka('deploy', plan, '-e', 'prod', '--signing-key', team.deployKey, '--json');
}

function git(dir: string, args: readonly string[]): string {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  return execFileSync('git', ['-C', dir, ...args], { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}
