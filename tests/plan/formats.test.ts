import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { Chalk } from 'chalk';
import { describe, expect, it } from 'vitest';
import { planJson, writePlan } from '../../src/ui/plan-formats.ts';
import { MAX_MARKDOWN_BYTES, planMarkdown, planMarker } from '../../src/ui/plan-markdown.ts';
import { planText } from '../../src/ui/plan-text.ts';
import { examplePlan, examplePresent, hostilePresent } from './present.ts';

const plain = new Chalk({ level: 0 });
const golden = (name: string) => join(import.meta.dirname, 'goldens', name);
const shut = examplePresent({
  window: { isOpen: false, opensAtMs: Date.parse('2026-11-23T09:00:00Z') },
  problems: [{ code: 'plan/stale', message: 'the plan was made on generation 3, but generation 4 is deployed' }],
});

describe('a plan is printed', () => {
  it('as text', async () => {
    await expect(`${planText(examplePresent(), plain)}\n`).toMatchFileSnapshot(golden('plan.txt'));
  });
  it('as text that says that it no longer holds', async () => {
    await expect(`${planText(shut, plain)}\n`).toMatchFileSnapshot(golden('stale.txt'));
  });
  it('as Markdown', async () => {
    await expect(planMarkdown(shut)).toMatchFileSnapshot(golden('plan.md'));
  });
  it('as JSON', async () => {
    await expect(`${writePlan('json', examplePresent(), '0.0.0', plain)}\n`).toMatchFileSnapshot(
      golden('plan.json.txt'),
    );
  });
  it('as SARIF', async () => {
    await expect(`${writePlan('sarif', examplePresent(), '0.0.0', plain)}\n`).toMatchFileSnapshot(
      golden('plan.sarif.txt'),
    );
  });
});

describe('the published schema', () => {
  const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../schemas/plan.json'), 'utf8'));
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);

  it('holds for a plan, and for what --json prints of one', () => {
    expect(validate(examplePlan()), JSON.stringify(validate.errors)).toBe(true);
    expect(validate(JSON.parse(JSON.stringify(planJson(examplePresent()).plan)))).toBe(true);
  });

  it('gives examples that are plans themselves', () => {
    const example = Object.fromEntries(
      Object.entries<{ examples?: unknown[]; $ref?: string }>(schema.properties).map(([key, part]) => [
        key,
        (part.$ref === undefined ? part : schema.$defs[part.$ref.replace('#/$defs/', '')]).examples?.[0],
      ]),
    );
    expect(validate(example), JSON.stringify(validate.errors)).toBe(true);
  });

  it('knows no other keys', () => {
    expect(validate({ ...examplePlan(), token: 'x' })).toBe(false);
  });
});

describe('what users wrote', () => {
  it('means nothing on a terminal', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(planText(hostilePresent(), plain)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e]/);
  });

  it('means nothing in a comment: all of it stands in code', () => {
    const markdown = planMarkdown(hostilePresent());
    const rest = markdown
      .replace(/^<!--[^\n]*-->/, '')
      .replace(/(?<!`)(`+)(?!`)[^\n]*?[^`\n]\1(?!`)/g, '')
      .replace(/<code>[^<\n]*<\/code>/g, '');
    expect(rest).not.toMatch(/@everyone|<img|javascript|onerror/);
    expect(markdown).not.toContain('\u202e');
    expect(planMarker({ project: 'a --> <b>', environment: '--!>' })).toBe('<!-- mka plan a_b_/_ -->');
  });
});

describe('a comment', () => {
  it('stays below 60 KB, says what it leaves out, and keeps digest and approvals', () => {
    const plan = examplePlan();
    const [change] = plan.changes;
    if (change === undefined) throw new Error('the fixture has changes');
    const wide = '宽'.repeat(5_000);
    const many = Array.from({ length: 3_000 }, (_, at) => ({
      ...change,
      object: `campaign:c${at}`,
      fields: Array.from({ length: 30 }, () => ({ path: wide, class: 'breaking' as const, reason: wide })),
    }));
    const findings = plan.policy.findings.flatMap((one) =>
      Array.from({ length: 500 }, () => ({ ...one, message: wide })),
    );
    const markdown = planMarkdown(
      examplePresent({ plan: { ...plan, changes: many, policy: { ...plan.policy, findings } } }),
    );
    expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(MAX_MARKDOWN_BYTES);
    expect(markdown).toContain(plan.digest);
    expect(markdown).toMatch(/… and \d+ more objects/);
  });
});
