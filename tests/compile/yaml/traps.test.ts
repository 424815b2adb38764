import { describe, expect, it } from 'vitest';
import { Findings } from '../../../src/engine/compile/findings.ts';
import { parseYaml } from '../../../src/engine/compile/yaml/parse.ts';

function read(text: string): { value: unknown; refused: boolean; found: string[] } {
  const findings = new Findings();
  const file = parseYaml('a.yaml', text, findings);
  return {
    value: file?.value,
    refused: file?.hasTraps ?? true,
    found: findings.sorted().map(({ code, at }) => `${code} ${at?.line}:${at?.column}`),
  };
}

const BOMB = [
  'a: &a [x, x, x, x, x, x, x, x, x]',
  ...'bcdefgh'.split('').map((name, at) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[at]}`).join(', ')}]`),
].join('\n');

const TRAPS: readonly (readonly [what: string, text: string, ...found: string[]])[] = [
  ['nothing', '', 'yaml/empty 1:1'],
  ['comments only', '# nothing\n', 'yaml/empty 1:1'],
  ['a YAML 1.1 directive', '%YAML 1.1\n---\na: 1\n', 'yaml/directive 1:1'],
  ['a YAML 1.2 directive', '%YAML 1.2\n---\na: 1\n', 'yaml/directive 1:1'],
  ['a tag directive', '%TAG ! tag:example.com,2000:\n---\na: 1\n', 'yaml/directive 1:1'],
  ['two documents', 'a: 1\n---\nb: 2\n', 'yaml/several-documents 2:1'],
  ['a tab', 'a:\n\tb: 1\n', 'yaml/tab 2:1'],
  ['a tag of its own', 'a: !vault secret\n', 'yaml/tag 1:4'],
  ['a standard tag', 'a: !!int "3"\n', 'yaml/tag 1:10'],
  ['a tagged list', 'a: !!set {x, z}\n', 'yaml/tag 1:10'],
  ['yes', 'a: yes\n', 'yaml/unquoted-word 1:4'],
  ['No', 'a: [No]\n', 'yaml/unquoted-word 1:5'],
  ['OFF', 'a: {b: OFF}\n', 'yaml/unquoted-word 1:8'],
  ['on as a key', 'on: push\n', 'yaml/unquoted-word 1:1'],
  ['y', '- y\n', 'yaml/unquoted-word 1:3'],
  ['a time of day', 'a: 8:30\n', 'yaml/unquoted-time 1:4'],
  ['a time with seconds', 'a: 22:00:00\n', 'yaml/unquoted-time 1:4'],
  ['an octal of YAML 1.1', 'a: 0123\n', 'yaml/unquoted-number 1:4'],
  ['a number with underscores', 'a: 1_000\n', 'yaml/unquoted-number 1:4'],
  ['2^53', 'a: 9007199254740992\n', 'yaml/integer-too-large 1:4'],
  ['a negative integer beyond 2^53', 'a: -9007199254740993\n', 'yaml/integer-too-large 1:4'],
  ['a hexadecimal integer beyond 2^53', 'a: 0xFFFFFFFFFFFFFFFF\n', 'yaml/integer-too-large 1:4'],
  ['infinity', 'a: .inf\n', 'yaml/not-a-number 1:4'],
  ['not a number', 'a: .nan\n', 'yaml/not-a-number 1:4'],
  ['a number as a key', '1: a\n', 'yaml/key-not-text 1:1'],
  ['a list as a key', '? [a]\n: 1\n', 'yaml/key-not-text 1:3'],
  ['an empty key', ': 1\n', 'yaml/key-not-text 1:1'],
  ['a merge key', 'a: &a {b: 1}\nc: {<<: *a}\n', 'yaml/merge-key 2:5'],
  ['a key twice', 'a: 1\nb: 2\na: 3\n', 'yaml/duplicate-key 3:1'],
  ['a key twice, once in quotes', 'a: 1\n"a": 3\n', 'yaml/duplicate-key 2:1'],
  ['an alias without an anchor', 'a: *b\n', 'yaml/aliases 1:4'],
  ['an alias inside what it repeats', 'a: &a [*a]\n', 'yaml/aliases 1:8'],
  ['a bomb of aliases', BOMB, 'yaml/aliases 4:12'],
  ['65 levels', `${'['.repeat(66)}${']'.repeat(66)}\n`, 'yaml/too-deep 1:66'],
  [
    'several traps at once',
    'a: yes\nb: 22:00\nc: 0123\n',
    'yaml/unquoted-word 1:4',
    'yaml/unquoted-time 2:4',
    'yaml/unquoted-number 3:4',
  ],
];

describe('YAML traps are refused where they stand', () => {
  it.each(TRAPS)('%s', (_, text, ...found) => {
    const result = read(text);
    expect(result.found).toEqual(found);
    expect(result.refused).toBe(true);
  });

  it('half a megabyte of open brackets ends in a finding', () => {
    expect(read('['.repeat(500_000)).found.length).toBe(1);
  });
});

describe('what is no trap', () => {
  it.each([
    ['quoted words', 'a: "yes"\nb: \'22:00\'\n', { a: 'yes', b: '22:00' }],
    ['truth values and nothing', 'a: true\nb: False\nc: ~\nd:\n', { a: true, b: false, c: null, d: null }],
    ['numbers', 'a: 9007199254740991\nb: -1.5\nc: 0x1F\nd: 1e3\n', { a: 9007199254740991, b: -1.5, c: 31, d: 1000 }],
    ['a date', 'a: 2026-11-22\n', { a: '2026-11-22' }],
    ['an instant', 'a: 2026-11-22T02:00:00Z\n', { a: '2026-11-22T02:00:00Z' }],
    ['a few aliases', 'a: &a [1, 2]\nb: *a\n', { a: [1, 2], b: [1, 2] }],
    ['lines that end with CR LF', 'a: 1\r\nb: |\r\n  x\r\n', { a: 1, b: 'x\n' }],
    ['a key called __proto__', '__proto__: 1\n', JSON.parse('{"__proto__": 1}')],
  ])('%s', (_, text, value) => {
    expect(read(text)).toEqual({ value, refused: false, found: [] });
  });
});
