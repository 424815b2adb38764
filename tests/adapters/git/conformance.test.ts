import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { systemClock } from '../../../src/engine/adapters/clock/system-clock.ts';
import { openLocalRepository } from '../../../src/engine/adapters/source/git/local-repository.ts';
import { openGitMirror } from '../../../src/engine/adapters/source/git/mirror.ts';
import {
  REPOSITORY_SOURCE_CASES,
  type RepositorySourceFixture,
} from '../../../src/engine/ports/conformance/repository-source.ts';
import type { RepositorySource } from '../../../src/engine/ports/repository-source.ts';
import { keepsPromises } from '../keeps-promises.ts';
import { commitFiles, git, temporaryFolder } from './authors-repository.ts';

const SOURCES = [
  ['a mirror of a remote repository', mirrorOf, true],
  ['the repository around a folder', localAt, false],
] as const;

describe.each(SOURCES)('git: %s', (_, open, isRemote) => {
  const make = async (): Promise<RepositorySourceFixture> => {
    const folder = temporaryFolder();
    const [dir, away] = [join(folder, 'repository'), join(folder, 'away')];
    git(folder, ['init', '--quiet', '--initial-branch=main', dir]);
    return {
      port: await open(dir, folder),
      commit: async (branch, files, author) => commitFiles(dir, branch, files, author),
      point: async (ref, commit) => void git(dir, ['update-ref', ...(commit === null ? ['-d', ref] : [ref, commit])]),
      remove: async () => renameSync(dir, away),
      restore: async () => renameSync(away, dir),
    };
  };

  keepsPromises('a local repository', REPOSITORY_SOURCE_CASES, make, () => isRemote);
});

function mirrorOf(url: string, dataDir: string): Promise<RepositorySource> {
  const options = { url, dataDir, clock: systemClock(), variables: process.env, protocols: ['file'] as const };
  return Promise.resolve(openGitMirror(options));
}

function localAt(dir: string): Promise<RepositorySource> {
  return openLocalRepository(dir, { variables: process.env });
}
