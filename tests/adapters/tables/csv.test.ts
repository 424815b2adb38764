import { mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type CsvFault, type CsvRow, CsvRows } from '../../../src/engine/adapters/tables/csv-rows.ts';
import { createTableSource, type FileTableSource } from '../../../src/engine/adapters/tables/source.ts';
import type { Fields } from '../../../src/engine/model/field.ts';

function parse(bytes: Buffer | string, pieceBytes = 1 << 16): (CsvRow | CsvFault)[] {
  const all = Buffer.from(bytes);
  const rows = new CsvRows();
  const found: (CsvRow | CsvFault)[] = [];
  for (let at = 0; at < all.length; at += pieceBytes) {
    for (const row of rows.feed(all.subarray(at, at + pieceBytes), false)) found.push(row);
  }
  return [...found, ...rows.feed(Buffer.alloc(0), true)];
}

const BOM = '\ufeff';

describe('rows of RFC 4180', () => {
  it.each<[string, string | Buffer, unknown[]]>([
    [
      'LF and CRLF, with and without the last one',
      'a,b\r\n1,2\n3,4',
      [
        ['a', 'b'],
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    [
      'quotes, commas and line ends in quotes',
      '"a,1","b\r\n""x""",c\r\nd,"",\n',
      [
        ['a,1', 'b\r\n"x"', 'c'],
        ['d', '', null],
      ],
    ],
    ['a byte order mark before a quote', `${BOM}"a",b\n`, [['a', 'b']]],
    ['blank lines', '\n\r\na,b\n\n', [['a', 'b']]],
    ['an empty cell at the end of the file', 'a,', [['a', null]]],
    ['a quoted cell at the end of the file', 'a,"b"', [['a', 'b']]],
    ['a CR that ends no line', 'a\rb,"c\rd"\n', [['a\rb', 'c\rd']]],
    ['a quote inside a cell', 'a"b,c\nd,e\n', ['bad-quotes', ['d', 'e']]],
    ['text after a closing quote', '"a"b,c\nd,e\n', ['bad-quotes', ['d', 'e']]],
    ['a quote that is never closed', 'a,b\n"c,d\ne,f\n', [['a', 'b'], 'bad-quotes', ['e', 'f']]],
    [
      'bytes that are not UTF-8',
      Buffer.concat([
        Buffer.from('a\n'),
        Buffer.from([0xff]),
        Buffer.from('\n"'),
        Buffer.from([0xc3]),
        Buffer.from('"\nb\n'),
      ]),
      [['a'], 'bad-utf8', 'bad-utf8', ['b']],
    ],
    ['a row without end', `a\n${'x'.repeat(300_000)}\nb\n`, [['a'], 'too-long', ['b']]],
    ['a quoted cell without end', `a\n"${'x\n'.repeat(200_000)}"\n`.slice(0, 300_010), [['a'], 'bad-quotes']],
  ])('%s', (_name, text, expected) => {
    for (const pieceBytes of [1 << 16, 7, 1].slice(0, text.length > 1000 ? 1 : 3)) {
      const found = parse(text, pieceBytes).map((row) => ('fault' in row ? row.fault : row.cells));
      expect(found.slice(0, expected.length), `pieces of ${pieceBytes}`).toEqual(expected);
      if (text.length <= 1000) expect(found).toHaveLength(expected.length);
    }
  });

  it('what a strict writer wrote comes back, in pieces of any size', () => {
    const cell = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', '张', ' ') }),
      fc.constant(null),
    );
    const table = fc
      .integer({ min: 2, max: 4 })
      .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1 }));
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n'), fc.integer({ min: 1, max: 9 }), (rows, end, pieceBytes) => {
        const quoted = (text: string | null) => (text === null ? '' : `"${text.replaceAll('"', '""')}"`);
        const text = rows.map((row) => row.map(quoted).join(',') + end).join('');
        const found = parse(text, pieceBytes);
        expect(found.map((row) => ('cells' in row ? row.cells : row))).toEqual(rows);
        const lines = rows.map((_, at) =>
          rows.slice(0, at).reduce((sum, row) => sum + 1 + row.join('').split('\n').length - 1, 1),
        );
        expect(found.map(({ line }) => line)).toEqual(lines);
      }),
    );
  });
});

describe('a CSV table', () => {
  const fields: Fields = { name: { type: 'string' }, visits: { type: 'int' } };
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'mka-csv-'));
    return () => rmSync(root, { recursive: true });
  });

  function open(csv = 'people.csv'): FileTableSource {
    const people = { name: 'people', key: 'id', fields, maxAgeMs: 0, from: { csv } };
    const source = createTableSource({ people }, { root, cacheDir: join(root, 'cache') });
    onTestFinished(() => source.close());
    return source;
  }

  const write = (text: string) => writeFileSync(join(root, 'people.csv'), text);
  const cached = () => readdirSync(join(root, 'cache')).map((name) => statSync(join(root, 'cache', name)).ino);

  it('keeps the good rows and lists the bad ones by line', async () => {
    write(
      `${BOM}visits,id,name,more\r\n1,u1,Ada,x\r\n2,u2\r\nmany,u3,Bob,x\r\n4,,Cyd,x\r\n5,u1,Dan,x\r\n6,"u\n6",Eve,x\r\n7,u"7,Flo,x\r\n`,
    );
    const source = open();
    const rows = await source.fetch('people', ['u1', 'u2', 'u3', 'u\n6', 'u7']);
    expect([...rows.values()]).toEqual([
      { name: 'Ada', visits: 1 },
      null,
      { name: 'Bob', visits: null },
      { name: 'Eve', visits: 6 },
      null,
    ]);
    expect(await source.faults('people')).toEqual({
      rows: 3,
      count: 5,
      first: [
        { line: 3, code: 'wrong-width', field: null },
        { line: 4, code: 'bad-value', field: 'visits' },
        { line: 5, code: 'no-key', field: null },
        { line: 6, code: 'duplicate-key', field: null },
        { line: 9, code: 'bad-quotes', field: null },
      ],
    });
  });

  it.each([
    ['', /header is required/],
    ['id,name\n', /no column visits/],
    ['id,name,visits,name\n', /column name twice/],
    ['name,visits\n', /no column id/],
    ['"id,name,visits\n', /header cannot be read/],
  ])('with the header %j cannot be read, and the reason is said', async (text, reason) => {
    write(text);
    await expect(open().fetch('people', ['u1'])).rejects.toMatchObject({
      code: 'source/unreachable',
      message: expect.stringMatching(reason),
    });
    expect(readdirSync(join(root, 'cache'))).toEqual([]);
  });

  it('is loaded once for one content, also by the next process, and what an older content left is removed', async () => {
    write('id,name,visits\nu1,Ada,1\n');
    await open().check('people');
    const [first] = cached();
    await open().check('people');
    expect(cached()).toEqual([first]);
    const source = open();
    await source.check('people');
    write('id,name,visits\nu1,Ada,2\n');
    expect((await source.fetch('people', ['u1'])).get('u1')).toMatchObject({ visits: 2 });
    expect(cached()).toHaveLength(1);
    expect(cached()).not.toEqual([first]);
  });

  it('fetches that come while it is loaded wait for one load', async () => {
    write(`id,name,visits\n${Array.from({ length: 20_000 }, (_, at) => `u${at},n,${at}`).join('\n')}`);
    const source = open();
    const all = await Promise.all(Array.from({ length: 10 }, (_, at) => source.fetch('people', [`u${at}`])));
    expect(all.map((rows, at) => rows.get(`u${at}`)?.visits)).toEqual([...Array(10).keys()]);
  });

  it('stays inside its folder', async () => {
    symlinkSync('/etc', join(root, 'link'));
    for (const path of ['../x.csv', '/etc/passwd', 'link/passwd', '']) {
      await expect(open(path).check('people'), path).rejects.toMatchObject({ code: 'source/path-outside' });
    }
  });
});
