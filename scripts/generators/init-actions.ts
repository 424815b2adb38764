import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const order = 20;

const FROM = '.github/actions';
const TO = 'deploy/init/github/_github/actions';

/** The actions that this repository's own workflows use are the ones that `mka init` writes. */
export async function outputs(): Promise<ReadonlyMap<string, string>> {
  const files = readdirSync(FROM, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).replaceAll('\\', '/'))
    .sort();
  return new Map(files.map((path) => [`${TO}${path.slice(FROM.length)}`, readFileSync(path, 'utf8')]));
}
