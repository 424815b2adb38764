import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** SHA-256 of UTF-8 text or bytes as 64 lower-case hexadecimal digits. */
export function sha256Hex(input: string | Uint8Array): string {
  return hash('sha256', input, 'hex');
}

/** SHA-256 as 32 bytes. */
export function sha256Bytes(input: string | Uint8Array): Buffer {
  return hash('sha256', input, 'buffer');
}

/** JSON Canonicalization Scheme (RFC 8785): one text for one value, whatever the order of its keys. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new Error('a value without a JSON form has no canonical JSON');
  return text;
}

/** Digest of a value by its canonical JSON: `sha256:` and 64 hexadecimal digits. */
export function digestOf(value: unknown): string {
  return `sha256:${sha256Hex(canonicalJson(value))}`;
}

/**
 * Joins the parts of a key without ambiguity: each part is prefixed by its length, so that
 * ("a", "bc") and ("ab", "c") differ whatever characters they hold.
 */
export function joinKey(parts: readonly string[]): string {
  return parts.map((part) => `${part.length}:${part}`).join('');
}
