import { PICTURE_FILE, pageWithPicture } from '../../tests/architecture/picture.ts';
import { readSources } from '../../tests/architecture/sources.ts';

export const order = 80;

/** docs/architecture.md with the folders as they stand. */
export async function outputs(): Promise<ReadonlyMap<string, string>> {
  return new Map([[PICTURE_FILE, pageWithPicture(readSources('src'))]]);
}
