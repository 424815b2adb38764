import { describe, expect, it } from 'vitest';
import { Findings } from '../../src/engine/compile/findings.ts';
import { decodeText, MAX_TEXT_BYTES } from '../../src/engine/compile/text.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function decoded(bytes: Uint8Array): { text: string | undefined; found: string[] } {
  const findings = new Findings();
  const text = decodeText({ path: 'a.yaml', bytes }, findings);
  return { text, found: findings.sorted().map(({ code, at }) => `${code} ${at?.line}:${at?.column}`) };
}

describe('bytes to text', () => {
  it('reads UTF-8 and leaves a byte order mark out', () => {
    expect(decoded(encode('\ufeffa: 李'))).toEqual({ text: 'a: 李', found: [] });
  });

  it('takes a file of exactly 1 MiB and refuses one byte more', () => {
    expect(decoded(new Uint8Array(MAX_TEXT_BYTES).fill(35)).found).toEqual([]);
    expect(decoded(new Uint8Array(MAX_TEXT_BYTES + 1).fill(35)).found).toEqual(['text/too-large 1:1']);
  });

  it.each([
    ['in the second line', [...encode('a: 1\nb: 李'), 0xff, 0x41], '2:5'],
    ['as the first byte', [0xff, 0xfe, 0x61, 0x00], '1:1'],
    ['cut off at the end', [...encode('a: '), 0xe6, 0x9d], '1:4'],
  ])('points at what is not UTF-8 %s', (_, bytes, place) => {
    expect(decoded(Uint8Array.from(bytes)).found).toEqual([`text/not-utf8 ${place}`]);
  });

  it('refuses NUL where it stands', () => {
    expect(decoded(encode('a: 1\nb: x\0y')).found).toEqual(['text/nul 2:5']);
  });
});
