import { describe, expect, it } from 'vitest';
import { compileRepository } from '../../src/engine/compile/compile-repository.ts';
import { formatYaml } from '../../src/engine/compile/format-yaml.ts';
import { formatFiles } from '../../src/engine/usecases/format-files.ts';
import { exampleFiles } from './example-repository.ts';

const UGLY = `\ufeff# about this file\r
kind:   Campaign   # what it is\r
apiVersion: "mka/v1"\r
spec:\r
      state: active\r
\r
\r
\r
      trigger: { event : order.created }   \r
      steps:\r
      - {id: a,   wait: { after: 10m } } # ten\r
      # the end\r
      - id:   done\r
        exit: {}\r
metadata: {name: x,\r
   owner: 'growth'}`;

const NEAT = `# about this file
apiVersion: "mka/v1"
kind: Campaign # what it is
metadata: {name: x, owner: 'growth'}
spec:
  state: active

  trigger: {event: order.created}
  steps:
    - {id: a, wait: {after: 10m}} # ten
    # the end
    - id: done
      exit: {}
`;

describe('the canonical form', () => {
  it('orders the top keys, indents by two, keeps comments and quotes', () => {
    expect(formatYaml(UGLY)).toBe(NEAT);
  });

  it('of a canonical file is the file', () => {
    expect(formatYaml(NEAT)).toBe(NEAT);
  });

  it.each([
    'a: |\n  x\n    y\n\n  z\n',
    'a: >-\n  long text\n  over lines\n',
    'a: "x\\ny"\n',
    '# only\na: 1 # here\n# and there\n',
    `a: ${'word '.repeat(60)}\n`,
  ])('means the same and stays: %j', (text) => {
    const once = formatYaml(text) ?? '';
    expect(formatYaml(once)).toBe(once);
    expect(once.match(/#/g)?.length).toBe(text.match(/#/g)?.length);
  });

  it('of the example repository is the example repository', () => {
    expect(formatFiles(exampleFiles())).toEqual({ changed: [], findings: [], skipped: [] });
  });

  it('changes no digest', () => {
    const shaken = exampleFiles().map((file) => {
      if (!file.path.endsWith('.yaml')) return file;
      const text = new TextDecoder()
        .decode(file.bytes)
        .replace(/\{(?=[a-z])/g, '{  ')
        .replaceAll('\n', '\r\n');
      return { ...file, bytes: new TextEncoder().encode(text) };
    });
    const { changed } = formatFiles(shaken);
    expect(changed.length).toBeGreaterThan(5);
    const formatted = shaken.map((file) => {
      const text = changed.find(({ path }) => path === file.path)?.text;
      return text === undefined ? file : { ...file, bytes: new TextEncoder().encode(text) };
    });
    expect(compileRepository(formatted).bundle?.digest).toBe(compileRepository(exampleFiles()).bundle?.digest);
  });

  it('is not given to a file that does not parse', () => {
    const bytes = new TextEncoder().encode('a: [1');
    expect(formatFiles([{ path: 'a.yaml', bytes }])).toMatchObject({
      changed: [],
      findings: [{ code: 'yaml/syntax' }],
    });
  });
});
