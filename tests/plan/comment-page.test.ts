import { join } from 'node:path';
import MarkdownIt from 'markdown-it';
import { expect, it } from 'vitest';
import { planMarkdown } from '../../src/ui/plan-markdown.ts';
import { examplePlan, examplePresent, hostilePresent } from './present.ts';

/** As a forge does: HTML is let through, bare addresses become links. */
const forge = new MarkdownIt({ html: true, linkify: true });
const page = (markdown: string) => forge.render(markdown);

it('the comment as the page that it becomes', async () => {
  const shut = examplePresent({
    window: { isOpen: false, opensAtMs: Date.parse('2026-11-23T09:00:00Z') },
    problems: [{ code: 'plan/stale', message: 'the plan was made on generation 3, but generation 4 is deployed' }],
  });
  await expect(page(planMarkdown(shut))).toMatchFileSnapshot(join(import.meta.dirname, 'goldens', 'comment.html'));
});

it('what users wrote becomes neither an element, a link, an image nor a mention of the page', () => {
  const html = page(planMarkdown(hostilePresent()));
  const rest = outsideOfCode(html);
  expect(rest).not.toMatch(/@everyone|javascript|onerror/);
  expect([...rest.matchAll(/<([a-z0-9]+)/g)].map(([, name]) => name).filter((name) => !KNOWN.has(name ?? ''))).toEqual(
    [],
  );
});

it.each([
  'see https://evil.example now',
  'see www.evil.example now',
  'evil@example.com asks',
  'like #12 and shop/campaigns#12',
  'like GH-12',
  'a :+1: for @everyone',
  'it undoes deadbeefcafe',
  '# heading',
  '1. one',
  'a | b',
  '*all* _is_ ~well~ [x](y)',
  '<b>bold',
])('a message that is more than words stands in code: %s', (message) => {
  const html = page(planMarkdown(examplePresent({ plan: examplePlan(message) })));
  expect(outsideOfCode(html)).not.toContain(message);
  expect(html).not.toMatch(/<a |<img|<em>/);
});

it('a message of plain words is text', () => {
  const html = page(planMarkdown(examplePresent({ plan: examplePlan('nothing new before the sale, not 1 %') })));
  expect(outsideOfCode(html)).toContain(': nothing new before the sale, not 1 %');
});

const KNOWN = new Set(['h3', 'p', 'blockquote', 'strong', 'ul', 'li', 'pre', 'details', 'summary', 'b', 'br']);

function outsideOfCode(html: string): string {
  return html
    .slice(html.indexOf('-->'))
    .split('<code>')
    .map((part, at) => (at === 0 ? part : part.slice(part.indexOf('</code>') + '</code>'.length)))
    .join('');
}
