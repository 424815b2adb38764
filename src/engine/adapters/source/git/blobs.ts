import type { Git } from './git-command.ts';
import { gitFailed } from './git-error.ts';
import type { TreeFile } from './tree.ts';

const HEADER_BYTES = 100;
const LINE_FEED = 10;

/** Object id → bytes as they are stored: without filters, line endings as committed. */
export async function readBlobs(git: Git, files: readonly TreeFile[]): Promise<ReadonlyMap<string, Uint8Array>> {
  const sizes = new Map(files.map(({ object, size }) => [object, size]));
  if (sizes.size === 0) return new Map();
  const maxBytes = [...sizes.values()].reduce((sum, size) => sum + size + HEADER_BYTES, 0);
  const result = await git({ args: ['cat-file', '--batch'], input: `${[...sizes.keys()].join('\n')}\n`, maxBytes });
  const blobs = result.code === 0 ? parseBatch(result.stdout) : new Map<string, Uint8Array>();
  if (blobs.size !== sizes.size) throw gitFailed('files of the commit cannot be read', result);
  return blobs;
}

/** `<object> blob <size>\n<bytes>\n`, repeated (git-cat-file, "BATCH OUTPUT"). */
function parseBatch(bytes: Uint8Array): Map<string, Uint8Array> {
  const blobs = new Map<string, Uint8Array>();
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(LINE_FEED, at);
    const header = new TextDecoder().decode(bytes.subarray(at, end === -1 ? bytes.length : end));
    const [, object, size] = /^([0-9a-f]+) blob (\d+)$/.exec(header) ?? [];
    if (object === undefined) break;
    const from = end + 1;
    blobs.set(object, bytes.subarray(from, from + Number(size)));
    at = from + Number(size) + 1;
  }
  return blobs;
}
