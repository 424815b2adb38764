import type { Findings } from './findings.ts';
import { rangeOf } from './line-index.ts';

/** One file of a repository: path relative to its root with forward slashes, and its bytes. */
export interface SourceFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Largest YAML or Liquid file in bytes. */
export const MAX_TEXT_BYTES = 1024 * 1024;

/** Largest CSV file of a list in bytes. */
export const MAX_DATA_BYTES = 64 * 1024 * 1024;

/**
 * Bytes → text: valid UTF-8 without NUL and not too large, a byte order mark left out. A file that is not is a finding
 * and undefined.
 */
export function decodeText(file: SourceFile, findings: Findings, maxBytes = MAX_TEXT_BYTES): string | undefined {
  const start = { file: file.path, line: 1, column: 1, endLine: 1, endColumn: 1 };
  if (file.bytes.byteLength > maxBytes) {
    const size = `${(file.bytes.byteLength / 1024 / 1024).toFixed(1)} MiB`;
    findings.add('text/too-large', start, `the file has ${size}; at most ${maxBytes / 1024 / 1024} MiB are read`);
    return undefined;
  }
  const text = decodeUtf8(file.bytes);
  if (text === undefined) {
    const at = rangeOf(file.path, new TextDecoder().decode(file.bytes), badByteOffset(file.bytes));
    findings.add('text/not-utf8', at, 'the file is not UTF-8 from here on', { hint: 'save it as UTF-8' });
    return undefined;
  }
  const nul = text.indexOf('\0');
  if (nul >= 0) {
    findings.add('text/nul', rangeOf(file.path, text, nul, nul + 1), 'the file holds a NUL character', {
      hint: 'is it a text file in UTF-8?',
    });
    return undefined;
  }
  return text;
}

/** UTF-8 text without its byte order mark, or undefined. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Offset in the leniently decoded text of the first byte that is not UTF-8. */
function badByteOffset(bytes: Uint8Array): number {
  let low = 0;
  let high = bytes.byteLength;
  // The longest prefix that decodes: a prefix of a valid one is valid but for a character cut in two, which `stream` allows.
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (isValidPrefix(bytes.subarray(0, middle))) low = middle;
    else high = middle - 1;
  }
  return new TextDecoder().decode(bytes.subarray(0, low)).replace(/\uFFFD+$/, '').length;
}

function isValidPrefix(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
