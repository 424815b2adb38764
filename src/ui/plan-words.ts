import type { ObjectChange, Plan, PresentPlan } from '../engine/index.ts';
import { printable } from './diagnostics/display-width.ts';
import { instant } from './instant.ts';

/** Longest value that is shown; the file holds it whole. */
const MAX_VALUE = 240;

const RANK = { cosmetic: 0, additive: 1, breaking: 2, destructive: 3 } as const;
export const MARKS = { create: '+', update: '~', delete: '-' } as const;

/** Gravest first, otherwise as they stand. */
export function gravestFirst(changes: readonly ObjectChange[]): ObjectChange[] {
  return [...changes].sort((a, b) => RANK[b.class] - RANK[a.class]);
}

/** A value of a field on one line; text as it is, anything else as JSON. */
export function valueText(value: unknown): string {
  if (value === undefined) return '(none)';
  const text = oneLine(typeof value === 'string' ? value : JSON.stringify(value));
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}

/** What users wrote on one line, without what a terminal would obey. */
export function oneLine(text: string): string {
  return printable(text.trim().replace(/\s*\r?\n\s*/g, ' ⏎ '));
}

/** `1 to create, 2 to update, none to delete`. */
export function countText(changes: readonly ObjectChange[]): string {
  if (changes.length === 0) return 'no changes';
  const words = { create: 'to create', update: 'to update', delete: 'to delete' } as const;
  return Object.entries(words)
    .map(([action, word]) => [changes.filter((change) => change.action === action).length, word] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ');
}

/** Twelve digits of a digest. */
export function shortDigest(digest: string): string {
  return digest.replace('sha256:', '').slice(0, 12);
}

/** What the plan starts from. */
export function baseText({ base }: Plan): string {
  if (base.bundle === null) return 'nothing is deployed yet';
  if (base.generation === 0)
    return `${shortDigest(base.bundle)}, a ref and not what is deployed: this plan cannot be deployed`;
  return `generation ${base.generation}, ${shortDigest(base.bundle)}`;
}

/** What it ends in. */
export function targetText({ target, origin }: Plan): string {
  const from = origin.commit === null ? 'files that are in no commit' : `commit ${origin.commit.slice(0, 12)}`;
  return `${shortDigest(target.bundle)}, ${from}`;
}

/** When the environment may be deployed to; undefined when it may now. */
export function windowText({ window }: Pick<PresentPlan, 'window'>): string | undefined {
  if (window.isOpen) return undefined;
  return window.opensAtMs === null
    ? 'no change window ever opens'
    : `outside the change windows; the next one opens at ${instant(window.opensAtMs)}`;
}

/** `needs 2 of legal`, `needs 1`. */
export function requirementText({ count, team }: { readonly count: number; readonly team?: string }): string {
  const people = count === 1 ? '1 person' : `${count} people`;
  return team === undefined ? people : `${people} of team ${oneLine(team)}`;
}

/** A count as people read it; what is not known is said so. */
export function numberText(value: number | null): string {
  return value === null ? 'unknown' : value.toLocaleString('en-US');
}
