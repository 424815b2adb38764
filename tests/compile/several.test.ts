import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileRepository } from '../../src/engine/compile/compile-repository.ts';
import { edited, exampleFiles, without } from './example-repository.ts';

const files = exampleFiles();
const found = (source: ReturnType<typeof exampleFiles>): string[] =>
  compileRepository(source).diagnostics.map(({ code, at }) => `${at?.file}:${at?.line}:${at?.column} ${code}`);

describe('one run', () => {
  it('of the good repository finds nothing', () => {
    expect(found(files)).toEqual([]);
  });

  it('finds all faults of all files, by file, line and column', () => {
    const broken = edited(files, [
      { file: 'mka.yaml', find: 'zone: Asia/Shanghai', put: 'zone: Asia/Shanghia' },
      {
        file: 'order-reminder/order-reminder.campaign.yaml',
        find: 'event.data.amount_minor >= 10000',
        put: 'event.data.amont_minor >= 10000',
      },
      {
        file: 'order-reminder/order-reminder.campaign.yaml',
        find: 'template: unpaid-coupon',
        put: 'template: unpaid-cupon',
      },
      { file: 'order-reminder/unpaid-reminder.liquid', find: '{{ order_id }}', put: '{{ oder_id }}' },
      { file: 'channels/sms.channel.yaml', find: 'path: sms.ndjson', put: 'pth: sms.ndjson' },
      { file: 'lists/blacklist.list.yaml', find: 'kind: List', put: 'kind: Lst' },
    ]);
    expect(found(broken)).toEqual([
      'channels/sms.channel.yaml:6:3 schema/unknown-key',
      'lists/blacklist.list.yaml:2:7 schema/kind',
      'mka.yaml:6:9 project/zone',
      'order-reminder/order-reminder.campaign.yaml:13:53 cel/unknown-field',
      'order-reminder/order-reminder.campaign.yaml:22:37 link/unknown-template',
      'order-reminder/unpaid-reminder.liquid:1:35 template/unknown-variable',
    ]);
  });

  it('finds faults of form and of meaning in one file', () => {
    const broken = edited(files, [
      { file: 'order-reminder/order-reminder.campaign.yaml', find: 'priority: 50', put: 'priorty: 50' },
      {
        file: 'order-reminder/order-reminder.campaign.yaml',
        find: 'event.data.amount_minor >= 10000',
        put: 'event.data.amont_minor >= 10000',
      },
      { file: 'order-reminder/order-reminder.campaign.yaml', find: 'wait: {after: 1d}', put: 'wait: {duration: 1d}' },
      {
        file: 'order-reminder/order-reminder.campaign.yaml',
        find: 'template: unpaid-coupon',
        put: 'template: unpaid-cupon',
      },
    ]);
    expect(found(broken)).toEqual([
      'order-reminder/order-reminder.campaign.yaml:12:3 schema/unknown-key',
      'order-reminder/order-reminder.campaign.yaml:13:53 cel/unknown-field',
      'order-reminder/order-reminder.campaign.yaml:21:28 schema/unknown-key',
      'order-reminder/order-reminder.campaign.yaml:22:37 link/unknown-template',
    ]);
  });

  it('of a folder without mka.yaml says so once', () => {
    expect(found(without(files, 'mka.yaml'))).toEqual(['mka.yaml:1:1 repository/no-project']);
    expect(found([])).toEqual(['mka.yaml:1:1 repository/no-project']);
  });
});

describe('whatever is written', () => {
  it('gives findings and never throws', () => {
    const yaml = files.filter(({ path }) => /\.(?:yaml|liquid)$/.test(path));
    const cut = fc.record({
      file: fc.nat({ max: yaml.length - 1 }),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      remove: fc.nat({ max: 30 }),
      put: fc.oneof(
        fc.constantFrom(
          '',
          ':',
          '{',
          '}',
          '[',
          ']',
          '"',
          "'",
          '- ',
          '&a ',
          '*a',
          '\n',
          '\t',
          '|',
          'null',
          '0',
          '{{',
          '%}',
          '#',
        ),
        fc.string({ unit: 'binary', maxLength: 5 }),
      ),
    });
    fc.assert(
      fc.property(fc.array(cut, { minLength: 1, maxLength: 3 }), (cuts) => {
        const changed = new Map(files.map((file) => [file.path, file]));
        for (const { file, at, remove, put } of cuts) {
          const { path } = yaml[file] as { path: string };
          const text = new TextDecoder().decode(changed.get(path)?.bytes);
          const start = Math.floor(at * text.length);
          changed.set(path, {
            path,
            bytes: new TextEncoder().encode(text.slice(0, start) + put + text.slice(start + remove)),
          });
        }
        const { diagnostics, bundle } = compileRepository([...changed.values()]);
        for (const { at, message } of diagnostics) {
          expect(at?.line).toBeGreaterThan(0);
          expect(at?.column).toBeGreaterThan(0);
          expect(message).not.toMatch(/undefined|\[object/);
        }
        expect(bundle === undefined).toBe(diagnostics.some(({ severity }) => severity === 'error'));
      }),
      { numRuns: 300 },
    );
  });
});
