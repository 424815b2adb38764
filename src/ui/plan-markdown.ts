import type { FieldChange, ObjectChange, Plan, PresentPlan } from '../engine/index.ts';
import {
  baseText,
  countText,
  gravestFirst,
  MARKS,
  numberText,
  oneLine,
  requirementText,
  targetText,
  valueText,
  windowText,
} from './plan-words.ts';

/** GitHub takes comments of 65,536 characters; this leaves room for what a forge adds. */
export const MAX_MARKDOWN_BYTES = 60 * 1024;
/** Rows of one list; the rest is counted. */
const MAX_ROWS = 50;
const MAX_FIELDS = 100;

/** Marks the one comment of an environment on a pull request. */
export function planMarker({ project, environment }: Pick<Plan, 'project' | 'environment'>): string {
  const word = (text: string): string => text.replace(/[^A-Za-z0-9._]+/g, '_');
  return `<!-- mka plan ${word(project)}/${word(environment)} -->`;
}

/**
 * A plan as a comment: at most 60 KB, objects folded, gravest first. Whatever users wrote stands in code, where neither HTML,
 * Markdown nor a mention means anything, unless it is plain words.
 */
export function planMarkdown(present: PresentPlan): string {
  const { plan } = present;
  const page = new Page();
  page.add(head(present));
  page.add(approvals(plan));
  page.add(rows('Policies', plan.policy.findings.map(finding)));
  page.add(rows('Audience', plan.audience.map(audience)));
  page.add(rows('Users under way', plan.occupancy.map(standing)));
  const changes = gravestFirst(plan.changes);
  if (changes.length > 0) page.add('**Changes**\n\n');
  const shown = changes.findIndex((change) => !page.add(objectBlock(change)));
  if (shown >= 0) page.end(`… and ${changes.length - shown} more objects: \`mka plan show\` prints them all.\n`);
  return page.text;
}

/** Text that does not grow beyond its bound; what does not fit is left out whole. */
class Page {
  #bytes = 0;
  #text = '';

  get text(): string {
    return this.#text;
  }

  add(block: string): boolean {
    const bytes = Buffer.byteLength(block);
    if (this.#bytes + bytes > MAX_MARKDOWN_BYTES - 200) return false;
    this.end(block);
    this.#bytes += bytes;
    return true;
  }

  end(block: string): void {
    this.#text += block;
  }
}

function head(present: PresentPlan): string {
  const { plan, problems } = present;
  const shut = windowText(present);
  return [
    planMarker(plan),
    `### Plan for ${code(`${plan.project}/${plan.environment}`)}: ${plan.changes.length === 0 ? 'nothing changes' : plan.class}`,
    '',
    `${countText(plan.changes)}. Deployed: ${baseText(plan)}. Planned: ${targetText(plan)}.`,
    ...problems.map(({ code: word, message }) => `\n> **Not deployable** (\`${word}\`): ${prose(message)}`),
    ...(shut === undefined ? [] : [`\n> ${shut}`]),
    '\n',
  ].join('\n');
}

function approvals({ requires, digest }: Plan): string {
  if (requires.length === 0) return '**Approvals:** none needed.\n\n';
  const needed = requires.slice(0, MAX_ROWS).map((one) => {
    const who =
      one.team === undefined
        ? requirementText({ count: one.count })
        : `${requirementText({ count: one.count })} of ${code(one.team)}`;
    return `- ${who} (${code(`${one.policy}/${one.rule}`)})`;
  });
  return [
    '**Approvals needed**, by others than the authors:',
    '',
    ...needed,
    '',
    'Agree with `mka approve plan.json --key FILE`, or by an approving review whose text holds this digest:',
    '',
    '```',
    digest,
    '```',
    '\n',
  ].join('\n');
}

function rows(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  const more = lines.length > MAX_ROWS ? [`- … and ${lines.length - MAX_ROWS} more`] : [];
  return [`**${title}**`, '', ...lines.slice(0, MAX_ROWS), ...more, '\n'].join('\n');
}

function finding({ policy, rule, level, object, message, waived }: Plan['policy']['findings'][number]): string {
  const lifted = waived === undefined ? '' : `, waived: ${prose(waived)}`;
  return `- **${level}** ${code(`${policy}/${rule}`)} on ${code(object)}: ${prose(message)}${lifted}`;
}

function audience({ campaign, before, after, enters, leaves }: Plan['audience'][number]): string {
  if (before === null && after === null) return `- ${code(campaign)}: cannot be counted from the users’ table`;
  const moves = enters === null || leaves === null ? '' : `; ${numberText(enters)} enter, ${numberText(leaves)} leave`;
  return `- ${code(campaign)}: ${numberText(before)} → ${numberText(after)}${moves}`;
}

function standing({ campaign, step, users, becomes }: Plan['occupancy'][number]): string {
  return `- ${code(`${campaign}/${step}`)}: ${users} ${users === 1 ? 'user' : 'users'}, ${prose(becomes)}`;
}

function objectBlock({ object, action, class: own, owner, fields }: ObjectChange): string {
  const whose = owner === undefined ? '' : ` · owner ${inHtml(owner)}`;
  const line = action === 'update' ? fieldLine : ({ reason }: FieldChange) => prose(reason);
  const shown = fields.slice(0, MAX_FIELDS).map(line);
  const more = fields.length > MAX_FIELDS ? [`- … and ${fields.length - MAX_FIELDS} more`] : [];
  return [
    `<details><summary>${MARKS[action]} ${inHtml(object)} <b>${own}</b>${whose}</summary>`,
    '',
    ...shown,
    ...more,
    '',
    '</details>',
    '\n',
  ].join('\n');
}

function fieldLine({ path, before, after, class: own, reason }: FieldChange): string {
  const values =
    before === undefined && after === undefined ? '' : `: ${code(valueText(before))} → ${code(valueText(after))}`;
  return `- **${own}** ${code(path)}${values}  \n  ${prose(reason)}`;
}

const PROSE = /^[\p{L}][\p{L}\p{N} ,;:()'’%–-]*$/u;
/** What a forge makes a link, an image or a reference of, though it is all letters. */
const TELLING = /:\S|[0-9a-f]{7}|\bGH-/i;

/** Plain words where nothing in them can mean anything to Markdown or a forge; else code. */
function prose(text: string): string {
  const line = oneLine(text);
  return PROSE.test(line) && !TELLING.test(line) ? line : code(line);
}

/** A code span that holds any text: its fence is longer than any run of backticks within. */
function code(text: string): string {
  const line = oneLine(text);
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = line.startsWith('`') || line.endsWith('`') || line.trim() === '' ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** The same within a line of HTML, where Markdown is not read. */
function inHtml(text: string): string {
  const escaped = oneLine(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return `<code>${escaped}</code>`;
}
