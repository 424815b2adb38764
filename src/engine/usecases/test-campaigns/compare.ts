import type { Expectation, TestCase } from '../../compile/test-file.ts';
import { formatInstant } from '../../kernel/local-time.ts';
import type { SourceRange } from '../../kernel/position.ts';
import { describe, type Happening, type Refused } from './happening.ts';
import { pairUp } from './pair-up.ts';

/** Where a case and what happened part. */
export interface CaseFailure {
  /** Stable word: `missing`, `differs`, `unexpected`, `sent`, `refused`, `endless`. */
  readonly code: 'missing' | 'differs' | 'unexpected' | 'sent' | 'refused' | 'endless';
  readonly message: string;
  /** The line that says otherwise; for what no line speaks of, the case. */
  readonly at: SourceRange;
  readonly user?: string;
  readonly expected?: string;
  readonly actual?: string;
}

type Claim = Exclude<Expectation, { kind: 'nothing' }>;

/**
 * Compares what must be so with what is. Every message must be expected by a line; so must every end of a user for
 * whom a line speaks of an end; what else happens may stay unsaid.
 */
export function compare(one: TestCase, happenings: readonly Happening[]): readonly CaseFailure[] {
  const claims = one.expect.filter((expectation) => expectation.kind !== 'nothing');
  const open = happenings.filter((what) => what.kind !== 'other');
  const pairs = pairUp(claims, open, meets);
  const unmet = claims.filter((claim) => !pairs.has(claim));
  const left = new Set(open);
  for (const what of pairs.values()) left.delete(what);
  const near = pairUp(unmet, [...left], isNear);
  for (const what of near.values()) left.delete(what);
  const silent = new Map(
    one.expect.flatMap((line) => (line.kind === 'nothing' ? [[line.user, line.at] as const] : [])),
  );
  return [
    ...unmet.map((claim) => unmetFailure(claim, near.get(claim))),
    ...[...left].flatMap((what) => surplus(one, what, silent) ?? []),
  ];
}

function meets(claim: Claim, what: Happening): boolean {
  return isNear(claim, what) && differences(claim, what).length === 0;
}

/** Of the same user, of the same sort and about the same step. */
function isNear(claim: Claim, what: Happening): boolean {
  if (claim.kind !== what.kind || claim.user !== what.user) return false;
  if (claim.campaign !== undefined && 'campaign' in what && what.campaign !== claim.campaign) return false;
  return 'step' in claim && 'step' in what ? claim.step === what.step : true;
}

/** What of a claim does not hold, in words. */
function differences(claim: Claim, what: Happening): string[] {
  const found: string[] = [];
  if (claim.atMs !== undefined && claim.atMs !== what.atMs) found.push('at another instant');
  if ('reason' in claim && 'reason' in what && claim.reason !== what.reason) found.push('for another reason');
  if (claim.kind === 'send' && what.kind === 'send') {
    if (claim.via !== undefined && claim.via !== what.via) found.push('by another channel');
    if (claim.contains !== undefined && !what.body.includes(claim.contains)) found.push('with another text');
  }
  if (claim.kind === 'held' && what.kind === 'held' && claim.untilMs !== undefined && claim.untilMs !== what.untilMs)
    found.push('until another instant');
  return found;
}

function unmetFailure(claim: Claim, near: Happening | undefined): CaseFailure {
  const { at, user } = claim;
  const expected = `${user}: ${claimText(claim)}`;
  if (near === undefined) return { code: 'missing', message: `${user}: this did not happen`, at, user, expected };
  const message = `${user}: this happened ${differences(claim, near).join(', ')}`;
  return { code: 'differs', message, at, user, expected, actual: `${user}: ${happeningText(claim, near)}` };
}

function surplus(one: TestCase, what: Happening, silent: ReadonlyMap<string, SourceRange>): CaseFailure | undefined {
  const { user } = what;
  const actual = `${user}: ${describe(what)} at ${formatInstant(what.atMs)}`;
  if (what.kind === 'send') {
    const at = silent.get(user);
    if (at !== undefined) return { code: 'sent', message: `${user}: a message was sent`, at, user, actual };
    return { code: 'unexpected', message: `${user}: no line expects this message`, at: one.at, user, actual };
  }
  if (what.kind === 'end' && one.expect.some((line) => line.kind === 'end' && line.user === user))
    return { code: 'unexpected', message: `${user}: no line expects this end`, at: one.at, user, actual };
  return what.kind === 'refused' ? refusedByIntake(what) : undefined;
}

/** An event that never got in makes every other word of a case worthless. */
function refusedByIntake({ user, reason, detail, eventId, at }: Refused): CaseFailure | undefined {
  if (at === undefined) return undefined;
  return { code: 'refused', message: `event ${eventId} was refused: ${reason} (${detail})`, at, user };
}

function claimText(claim: Claim): string {
  const at = claim.atMs === undefined ? '' : ` at ${formatInstant(claim.atMs)}`;
  switch (claim.kind) {
    case 'send': {
      const via = claim.via === undefined ? '' : ` via ${claim.via}`;
      const contains = claim.contains === undefined ? '' : ` with ${JSON.stringify(claim.contains)}`;
      return `send ${claim.step}${via}${contains}${at}`;
    }
    case 'end':
    case 'refused':
      return `${claim.kind} ${claim.reason}${at}`;
    case 'skipped':
      return `skipped ${claim.step}, ${claim.reason}${at}`;
    case 'held': {
      const until = claim.untilMs === undefined ? '' : `, until ${formatInstant(claim.untilMs)}`;
      return `held ${claim.step}, ${claim.reason}${until}${at}`;
    }
  }
}

/** What happened, with as much of it as the claim speaks of. */
function happeningText(claim: Claim, what: Happening): string {
  const text =
    what.kind === 'send' && 'contains' in claim ? `${describe(what)} with ${quoted(what.body)}` : describe(what);
  return `${text} at ${formatInstant(what.atMs)}`;
}

function quoted(body: string): string {
  return JSON.stringify(body.length <= 200 ? body : `${body.slice(0, 200)}…`);
}
