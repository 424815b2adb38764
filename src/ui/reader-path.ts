import { join, relative } from 'node:path';

/** Path of a repository's file relative to where the command was started, with forward slashes. */
export function readerPath(dir: string, file: string): string {
  return relative('.', join(dir, file)).replaceAll('\\', '/');
}
