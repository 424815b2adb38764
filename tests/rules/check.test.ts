import { describe, expect, it } from 'vitest';
import { checkExpression } from '../../src/engine/rules/check.ts';
import { parseExpression } from '../../src/engine/rules/parse.ts';
import { BOOL, STRING, typeName } from '../../src/engine/rules/types.ts';
import { allFindings, findings, SHOP } from './evaluate.ts';

describe('checkExpression', () => {
  it.each<[string, string, string]>([
    ['order_id == "x"', 'cel/unknown-name at [order_id]', 'Did you mean event.data.order_id?'],
    ['city == "x"', 'cel/unknown-name at [city]', 'Did you mean user.city?'],
    ['usr.city == "x"', 'cel/unknown-name at [usr]', 'Did you mean user?'],
    ['event.data.order_di == "x"', 'cel/unknown-field at [order_di]', 'Did you mean order_id?'],
    ['user.contry == "x"', 'cel/unknown-field at [contry]', 'Known are id, city, vip, age, zone.'],
    ['event.data["order-id"] == "x"', 'cel/unknown-field at ["order-id"]', 'Did you mean order_id?'],
    ['has(user.citty)', 'cel/unknown-field at [citty]', 'Did you mean city?'],
    ['event.data.items.sku == "x"', 'cel/unknown-field at [sku]', 'Ask about its items: .exists(item, item.sku == …).'],
    ['user.city.name == "x"', 'cel/unknown-field at [name]', ''],
    [
      'event.data.amount * 2 > 5.0',
      'cel/operand-type at [event.data.amount * 2]',
      'Write 2.0 instead of 2, or convert one side with double().',
    ],
    [
      'event.data.amount == "5"',
      'cel/operand-type at [event.data.amount == "5"]',
      'Convert one side: int("…"), double("…") or string(…).',
    ],
    [
      'event.data.placed > "2026-01-01"',
      'cel/operand-type at [event.data.placed > "2026-01-01"]',
      'Convert the text with timestamp("…").',
    ],
    [
      'user.age < null',
      'cel/operand-type at [user.age < null]',
      'Null has no value to work with; test for it with == null.',
    ],
    ['"a" in user.city', 'cel/operand-type at ["a" in user.city]', 'For a part of a text write text.contains(part).'],
    ['1 in event.data.tags', 'cel/operand-type at [1 in event.data.tags]', ''],
    ['user.city && true', 'cel/operand-type at [user.city]', 'Compare it with something, or test it with != null.'],
    ['!user.age', 'cel/operand-type at [user.age]', 'Compare it with something, or test it with != null.'],
    ['-user.city == "x"', 'cel/operand-type at [user.city]', ''],
    ['user.vip ? 1 : "x"', 'cel/operand-type at [user.vip ? 1 : "x"]', ''],
    [
      'event.data.address == event.data.address',
      'cel/operand-type at [event.data.address == event.data.address]',
      'Compare their fields.',
    ],
    ['event.data.tags["a"] == "x"', 'cel/operand-type at ["a"]', ''],
    ['user.city.all(c, true)', 'cel/operand-type at [user.city]', ''],
    ['[event.data.placed, 1] == []', 'cel/operand-type at [1]', ''],
    ['user.city.startWith("a")', 'cel/unknown-function at [user.city.startWith("a")]', 'Did you mean startsWith?'],
    [
      'math.greatest(1, 2) > 1',
      'cel/unknown-function at [math.greatest(1, 2)]',
      'docs/expressions.md lists the functions.',
    ],
    [
      'startsWith(user.city, "a")',
      'cel/arguments at [startsWith(user.city, "a")]',
      'It is written string.startsWith(string).',
    ],
    ['size(user.age) > 1', 'cel/arguments at [size(user.age)]', 'It is written size(string|list|map).'],
    ['has(user)', 'cel/arguments at [user]', ''],
    ['event.data.tags.all(t)', 'cel/arguments at [event.data.tags.all(t)]', ''],
    [
      '9007199254740993 == user.age',
      'cel/integer-too-large at [9007199254740993]',
      'Ids are strings: write it in quotes.',
    ],
    [
      '-9007199254740993 == user.age',
      'cel/integer-too-large at [-9007199254740993]',
      'Ids are strings: write it in quotes.',
    ],
    [
      'user.city.matches("(?=a)b")',
      'cel/invalid-regex at ["(?=a)b"]',
      'The syntax is RE2: no look-around, no back-references.',
    ],
    [
      'user.city.matches("(a")',
      'cel/invalid-regex at ["(a"]',
      'The syntax is RE2: no look-around, no back-references.',
    ],
    ['user.city.matches(user.zone)', 'cel/unsupported at [user.zone]', ''],
    [
      'timestamp("yesterday") < now',
      'cel/invalid-literal at ["yesterday"]',
      'Write RFC 3339 with a zone: 2026-01-31T09:00:00Z.',
    ],
    ['duration("3d") < duration("1h")', 'cel/invalid-literal at ["3d"]', 'Write 90s, 15m, 1h30m; the finest is 1ms.'],
    [
      'now.getHours("Mars/Base") == 1',
      'cel/invalid-literal at ["Mars/Base"]',
      'Write an IANA name such as Asia/Shanghai, or +08:00.',
    ],
    ['segment("buyer")', 'cel/unknown-segment at ["buyer"]', 'Did you mean buyers?'],
    ['segment(user.city)', 'cel/arguments at [user.city]', 'What a campaign depends on is read from its file.'],
    ['metric("orders_7") > 1', 'cel/unknown-metric at ["orders_7"]', 'Did you mean orders_7d?'],
    ['type(user.age) == int', 'cel/unsupported at [type(user.age)]', ''],
    ['user.age == 3u', 'cel/unsupported at [3u]', ''],
    ['b"a" == b"a"', 'cel/unsupported at [b"a"]', ''],
    ['Foo{a: 1}.a == 1', 'cel/unsupported at [{]', ''],
    ['user.?city == "a"', 'cel/unsupported at [?]', ''],
    ['event.data.`utm-source` == "a"', 'cel/unsupported at [`]', ''],
    ['{1: 2}.size() == 1', 'cel/unsupported at [1]', ''],
    ['event.data.raw + 1 == 2', 'cel/unsupported at [event.data.raw]', ''],
  ])('%s → %s', (text, expected, hint) => {
    const [first] = allFindings(text);
    expect(findings(text)[0]).toBe(expected);
    if (hint !== '') expect(first?.hint).toBe(hint);
    expect(first?.message).toMatch(/\.$/);
  });

  it('gives one finding for one mistake, and all of several', () => {
    expect(findings('order.total + 1 > 2 && !order.paid')).toEqual([
      'cel/unknown-name at [order]',
      'cel/unknown-name at [order]',
    ]);
    expect(findings('user.agee * 2 + 1 < 10')).toEqual(['cel/unknown-field at [agee]']);
    expect(findings('user.agee == 1 || segment("x") || 1 == "a"')).toHaveLength(3);
  });

  it('holds the whole to the expected type', () => {
    expect(findings('user.city', SHOP, BOOL)).toEqual(['cel/result-type at [user.city]']);
    expect(findings('user.vip', SHOP, BOOL)).toEqual([]);
    expect(findings('event.data.raw', SHOP, BOOL)).toEqual([]);
    expect(findings('user.vip ? "a" : null', SHOP, STRING)).toEqual([]);
  });

  it.each<[string, string]>([
    ['user.age + 1', 'int'],
    ['event.data.amount / 2.0', 'double'],
    ['now - event.occurred_at', 'duration'],
    ['now - duration("1h")', 'timestamp'],
    ['event.data.tags.map(t, size(t))', 'list(int)'],
    ['event.data.items.filter(i, i.price > 1.0)', 'list(object)'],
    ['{"a": 1}', 'map(string, int)'],
    ['[1, "a"]', 'list(dyn)'],
    ['[1, null]', 'list(int)'],
    ['event.data.raw.x[0]', 'dyn'],
    ['metric("revenue")', 'double'],
    ['user.age == 1.5', 'bool'],
    ['user.vip ? user.city : null', 'string'],
    ['event.data["utm-source"]', 'string'],
  ])('%s is %s', (text, type) => {
    const parsed = parseExpression(text);
    if (!parsed.ok) throw new Error(text);
    const result = checkExpression(parsed.expr, SHOP);
    expect(result.findings).toEqual([]);
    expect(typeName(result.type)).toBe(type);
  });

  it('says what an expression reads', () => {
    const text = `entry.data.order_id == event.data.order_id && event.data.items.exists(i, i.sku == user.city)
      && event.data.labels.x != null && event.data["utm-source"] == "a" && now > event.occurred_at
      && segment("buyers") && metric("revenue") > 1.0 && has(user.age)`;
    const parsed = parseExpression(text);
    if (!parsed.ok) throw new Error(text);
    expect(checkExpression(parsed.expr, SHOP).uses).toEqual({
      paths: [
        'entry.data.order_id',
        'event.data.items',
        'event.data.labels',
        'event.data.order_id',
        'event.data.utm-source',
        'event.occurred_at',
        'user.age',
        'user.city',
      ],
      segments: ['buyers'],
      metrics: ['revenue'],
      now: true,
    });
  });
});
