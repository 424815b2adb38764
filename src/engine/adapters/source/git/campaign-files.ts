import type { SnapshotFile } from '../../../ports/repository-source.ts';

/** What a campaign repository may hold besides what it is not asked for: the rule of `readRepository` for one path. */
export function isCampaignPath(path: string): boolean {
  const isOwn = path.split('/').every((name) => !name.startsWith('.') && name !== 'node_modules');
  return isOwn && /\.(?:ya?ml|liquid|csv)$/.test(path);
}

/** The files of a snapshot that `readRepository` would read of the same folder, in its order. */
export function campaignFiles(files: readonly SnapshotFile[]): readonly SnapshotFile[] {
  const others = files.map(({ path }) => path).filter((path) => path.endsWith('/mka.yaml'));
  const foreign = others.map((path) => path.slice(0, -'mka.yaml'.length));
  return files
    .filter(({ path }) => isCampaignPath(path) && !foreign.some((folder) => path.startsWith(folder)))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
