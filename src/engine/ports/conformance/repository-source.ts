import type { RepositorySource } from '../repository-source.ts';
import { codeOf, same, truth } from './claims.ts';

/** What not every source has; a case that needs more is reported as skipped. */
export type RepositorySourceNeed = 'remote';

/** Path → content; null removes the file, `{link}` is a symbolic link. */
export type CommitFiles = Readonly<Record<string, string | Uint8Array | null | { readonly link: string }>>;

/** An empty repository and the means to fill it as its authors do. */
export interface RepositorySourceFixture {
  readonly port: RepositorySource;
  /** Commits on top of the branch, which is made when there is none; its id. */
  readonly commit: (branch: string, files: CommitFiles, author?: string) => Promise<string>;
  /** Lets a name stand for a commit, whatever it stood for: a branch (`refs/heads/…`) or a tag. */
  readonly point: (ref: string, commit: string | null) => Promise<void>;
  /** `remote`: the repository cannot be reached until `restore`. */
  readonly remove: () => Promise<void>;
  readonly restore: () => Promise<void>;
}

/** One promise of RepositorySource. `run` throws when it is broken. */
export interface RepositorySourceCase {
  readonly name: string;
  readonly needs?: readonly RepositorySourceNeed[];
  readonly run: (make: () => Promise<RepositorySourceFixture>) => Promise<void>;
}

const UNKNOWN = 'f'.repeat(40);
const WRONG_REFS = [
  '',
  '-x',
  '--upload-pack=x',
  'main..dev',
  'main~1',
  'main@{1}',
  'a b',
  'a\nb',
  ':/x',
  'x.lock',
  'é\0',
];

const REF_CASES: readonly RepositorySourceCase[] = [
  {
    name: 'a ref is found by its short and its full name and by the id of its commit',
    async run(make) {
      const { port, commit, point } = await make();
      const first = await commit('main', { 'a.yaml': '1' });
      await point('refs/tags/v1', first);
      await point('refs/heads/топик/1', first);
      await port.fetch();
      for (const ref of ['main', 'refs/heads/main', 'v1', 'топик/1', first]) same(await port.resolve(ref), first);
      for (const ref of ['other', 'refs/heads/v1', UNKNOWN]) same(await port.resolve(ref), null);
    },
  },
  {
    name: 'a branch wins over a tag of its name',
    async run(make) {
      const { port, commit, point } = await make();
      const first = await commit('main', { 'a.yaml': '1' });
      const second = await commit('main', { 'a.yaml': '2' });
      await point('refs/tags/main', first);
      await port.fetch();
      same(await port.resolve('main'), second);
    },
  },
  {
    name: 'what is no name of a ref is refused: no option, range or expression takes its place',
    async run(make) {
      const { port, commit } = await make();
      const first = await commit('main', { 'a.yaml': '1' });
      await port.fetch();
      for (const ref of WRONG_REFS) {
        const code = await codeOf(port.resolve(ref));
        // `refs/heads/-x` may exist, so `-x` is a name, though nothing bears it.
        truth(code === 'git/bad-ref' || (code === 'none' && (await port.resolve(ref)) === null), `${ref}: ${code}`);
      }
      for (const id of ['main', '--help', `${first}^`, `${first}..${first}`, first.slice(0, 8)]) {
        same(await codeOf(port.snapshot(id, '')), 'git/bad-ref');
        same(await codeOf(port.isAncestor(id, first)), 'git/bad-ref');
        same(await codeOf(port.people(null, id)), 'git/bad-ref');
        same(await codeOf(port.mergeBase(first, id)), 'git/bad-ref');
      }
    },
  },
];

const SNAPSHOT_CASES: readonly RepositorySourceCase[] = [
  {
    name: 'a snapshot holds the bytes of the commit, whatever came after it',
    async run(make) {
      const { port, commit } = await make();
      const bytes = Uint8Array.from([0xef, 0xbb, 0xbf, 0, 13, 10, 0xff]);
      const files = { 'a.yaml': 'a: 1\r\n', 'sub/王.csv': bytes, 'sub/e\u0301 mpty.liquid': '' };
      const first = await commit('main', files);
      await commit('main', { 'a.yaml': 'a: 2', 'b.yaml': 'b', 'sub/王.csv': null });
      await port.fetch();
      const snapshot = await port.snapshot(first, '');
      same(snapshot.commit, first);
      truth(/^[0-9a-f]{40}/.test(snapshot.tree), 'no tree');
      same(
        snapshot.files.map((file) => [file.path, [...file.bytes]]),
        [
          ['a.yaml', [...new TextEncoder().encode('a: 1\r\n')]],
          ['sub/e\u0301 mpty.liquid', []],
          ['sub/王.csv', [...bytes]],
        ],
      );
    },
  },
  {
    name: 'a folder of a snapshot gives paths relative to it; its tree does not change with files beside it',
    async run(make) {
      const { port, commit } = await make();
      const first = await commit('main', { 'shop/x/a.yaml': '1', 'shop/b.yaml': '2', 'shopping.yaml': '3' });
      const second = await commit('main', { 'other.yaml': '4' });
      await port.fetch();
      const [one, two] = [await port.snapshot(first, 'shop'), await port.snapshot(second, './shop/')];
      same(pathsOf(one), ['b.yaml', 'x/a.yaml']);
      same(one.tree, two.tree);
      truth(one.tree !== (await port.snapshot(first, '')).tree, 'the tree is that of the whole commit');
    },
  },
  {
    name: 'symbolic links are left out, also as folders',
    async run(make) {
      const { port, commit } = await make();
      const links = { 'b.yaml': { link: '/etc/passwd' }, folder: { link: '..' } };
      const first = await commit('main', { 'a.yaml': '1', ...links });
      await port.fetch();
      same(pathsOf(await port.snapshot(first, '')), ['a.yaml']);
      same(await codeOf(port.snapshot(first, 'folder')), 'git/no-folder');
    },
  },
  {
    name: 'no folder leads out of the commit, and one that is not there is told',
    async run(make) {
      const { port, commit } = await make();
      const first = await commit('main', { 'a.yaml': '1' });
      await port.fetch();
      for (const folder of ['..', '../x', '/etc', 'a/../..', 'none', 'a.yaml', 'x\ny', '--help']) {
        same(await codeOf(port.snapshot(first, folder)), 'git/no-folder');
      }
    },
  },
  {
    name: 'names that look like options, hold line breaks or quotes come back as they are',
    async run(make) {
      const { port, commit } = await make();
      const names = ['--upload-pack=x', '-rf', 'a\nb.yaml', 'a"b\'.yaml', 'a\tb', ':(glob)*', '*', '\\', ' '];
      const first = await commit('main', Object.fromEntries(names.map((name) => [name, `is ${name}`])));
      await port.fetch();
      const { files } = await port.snapshot(first, '');
      same(files.map(({ path }) => path).sort(), [...names].sort());
      for (const { path, bytes } of files) same(new TextDecoder().decode(bytes), `is ${path}`);
    },
  },
  {
    name: 'a commit that is not there is an error, not an empty snapshot',
    async run(make) {
      const { port, commit } = await make();
      const first = await commit('main', { 'a.yaml': '1' });
      await port.fetch();
      same(await codeOf(port.snapshot(UNKNOWN, '')), 'git/failed');
      same(await codeOf(port.isAncestor(first, UNKNOWN)), 'git/failed');
      same(await codeOf(port.people(null, UNKNOWN)), 'git/failed');
    },
  },
];

const HISTORY_CASES: readonly RepositorySourceCase[] = [
  {
    name: 'ancestry: itself, what came before, and nothing else',
    async run(make) {
      const { port, commit, point } = await make();
      const first = await commit('main', { 'a.yaml': '1' });
      await point('refs/heads/topic', first);
      const [main, topic] = [await commit('main', { 'a.yaml': '2' }), await commit('topic', { 'b.yaml': '2' })];
      const alone = await commit('alone', { 'c.yaml': '3' });
      await port.fetch();
      same([await port.isAncestor(first, first), await port.isAncestor(first, main)], [true, true]);
      same([await port.isAncestor(main, first), await port.isAncestor(main, topic)], [false, false]);
      same(await port.isAncestor(UNKNOWN, main), false);
      same([await port.mergeBase(main, topic), await port.mergeBase(main, alone)], [first, null]);
    },
  },
  {
    name: 'a rewritten branch shows by what is no ancestor any more',
    async run(make) {
      const { port, commit, point } = await make();
      const first = await commit('main', { 'a.yaml': '1' });
      const second = await commit('main', { 'a.yaml': '2' });
      await port.fetch();
      await point('refs/heads/main', first);
      const rewritten = await commit('main', { 'a.yaml': 'other' });
      await port.fetch();
      same(await port.resolve('main'), rewritten);
      same([await port.isAncestor(second, rewritten), await port.isAncestor(first, rewritten)], [false, true]);
      // What runs may still be looked at.
      same(pathsOf(await port.snapshot(second, '')), ['a.yaml']);
    },
  },
  {
    name: 'people are the authors and committers of what is new, newest first',
    async run(make) {
      const { port, commit } = await make();
      const first = await commit('main', { 'a.yaml': '1' }, 'ann@example.com');
      const second = await commit('main', { 'a.yaml': '2' }, 'bob@example.com');
      const third = await commit('main', { 'a.yaml': '3' }, 'Ünal@例え.jp');
      await port.fetch();
      const people = await port.people(first, third);
      same(
        people.map((each) => [each.commit, each.author]),
        [
          [third, 'Ünal@例え.jp'],
          [second, 'bob@example.com'],
        ],
      );
      truth(
        people.every(({ committer }) => committer.includes('@')),
        'no committer',
      );
      same((await port.people(null, third)).length, 3);
      same(await port.people(third, third), []);
    },
  },
];

const REMOTE_CASES: readonly RepositorySourceCase[] = [
  {
    name: 'a repository that cannot be reached leaves what was fetched, and is fetched again when it is back',
    needs: ['remote'],
    async run(make) {
      const { port, commit, remove, restore } = await make();
      const first = await commit('main', { 'a.yaml': '1' });
      await port.fetch();
      await remove();
      same(await codeOf(port.fetch()), 'git/unreachable');
      same(await port.resolve('main'), first);
      same(pathsOf(await port.snapshot(first, '')), ['a.yaml']);
      await restore();
      const second = await commit('main', { 'a.yaml': '2' });
      same(await port.resolve('main'), first);
      await port.fetch();
      same(await port.resolve('main'), second);
    },
  },
  {
    name: 'a branch that was removed is gone after the next fetch',
    needs: ['remote'],
    async run(make) {
      const { port, commit, point } = await make();
      const first = await commit('main', { 'a.yaml': '1' });
      await point('refs/heads/topic', first);
      await port.fetch();
      await point('refs/heads/topic', null);
      // A name that was a branch becomes a folder of branches.
      await point('refs/heads/topic/deep', first);
      await port.fetch();
      same([await port.resolve('topic'), await port.resolve('topic/deep')], [null, first]);
    },
  },
  {
    name: 'fetches that overlap all succeed',
    needs: ['remote'],
    async run(make) {
      const { port, commit } = await make();
      const first = await commit('main', { 'a.yaml': '1' });
      await Promise.all([port.fetch(), port.fetch(), port.fetch()]);
      same(await port.resolve('main'), first);
    },
  },
];

/** The promises of RepositorySource. */
export const REPOSITORY_SOURCE_CASES: readonly RepositorySourceCase[] = [
  ...REF_CASES,
  ...SNAPSHOT_CASES,
  ...HISTORY_CASES,
  ...REMOTE_CASES,
];

function pathsOf({ files }: { readonly files: readonly { readonly path: string }[] }): readonly string[] {
  return files.map(({ path }) => path);
}
