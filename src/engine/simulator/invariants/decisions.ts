import type { Input } from '../../model/input.ts';
import type { DecisionRecord } from '../../model/record.ts';
import type { Enrollment } from '../../model/state.ts';
import type { UserChange } from '../../ports/state-store.ts';
import { fingerprintOf } from '../../runtime/fingerprint.ts';
import type { CommittedFold, WatcherFactory } from '../history.ts';
import { decideByTheRules } from '../reference/decide.ts';
import { createPerson, type Decision, isPaused, type Live, type Person } from '../reference/person.ts';

/**
 * Every decision is the one that the rules give for what was known at its instant (I6, I7, I10): entries, refusals, waits,
 * matches, branches, messages, holds, skips, ends, and where every enrollment stands afterwards.
 */
export const watchDecisions: WatcherFactory = ({ plan, report }) => {
  const people = new Map(plan.users.map(({ id, profile }) => [id, createPerson(id, profile)]));
  const requests = new Map<string, Input>();
  const releases = new Map<number, number>();
  return {
    activated: (release) => {
      releases.set(releases.size + 1, release);
    },
    published: (input) => {
      const { key } = fingerprintOf(input);
      // Of a request that was sent again the first to be queued counts.
      if (input.kind === 'enroll' && !requests.has(key)) requests.set(key, input);
    },
    committed: (fold) => {
      const release = plan.releases[releases.get(fold.request.generation) ?? -1];
      if (!release) return report('release/unknown', `folded under generation ${fold.request.generation}`);
      for (const change of fold.request.changes) {
        const person = people.get(change.user);
        if (!person) return report('decision/unknown-user', change.user);
        const decision: Decision = {
          t: fold.request.atMs,
          watermarkMs: fold.context.watermarkMs,
          paused: fold.context.pausedCampaigns,
          full: fold.context.fullChannels,
          knownKeys: fold.context.knownSendKeys,
          inputs: inputsOf(fold, change, requests),
          observed: { records: change.records, sends: change.sends, live: change.state?.live ?? [] },
          facts: [],
          release,
        };
        decideByTheRules(person, decision);
        const difference = compare(person, decision, change);
        if (difference !== null) return report('decision/differs', `${fold.node} ${change.user}: ${difference}`);
      }
    },
  };
};

/** What the fold gave this user, in the order it came: the mailbox, then events and requests. */
function inputsOf(
  { request, mail }: CommittedFold,
  { user, records }: UserChange,
  requests: ReadonlyMap<string, Input>,
): Input[] {
  const posted = mail.flatMap(({ input }) => (input.kind !== 'event' && input.user === user ? [input] : []));
  const events = records.flatMap((record): Input[] => {
    if (record.kind !== 'event') return [];
    const { source, id, type, occurredAtMs, receivedAtMs, data } = record;
    return [{ kind: 'event', event: { source, id, type, user, occurredAtMs, receivedAtMs, data } }];
  });
  const enrolled = request.fingerprints.flatMap(({ key }) => {
    const input = requests.get(key);
    return input?.kind === 'enroll' && input.user === user ? [input] : [];
  });
  return [...posted, ...events, ...enrolled];
}

function compare(person: Person, decision: Decision, change: UserChange): string | null {
  const expected = [...decision.facts, ...person.live.map(placeOf), `due ${dueOf(person, decision)}`].sort();
  const actual = [
    ...change.records.flatMap((record) => factOf(record, change)),
    ...change.cancels.map(({ sendKey }) => `cancels ${sendKey}`),
    ...(change.state?.live ?? []).map(positionOf),
    `due ${change.dueAtMs}`,
  ].sort();
  const missing = without(expected, actual);
  const surplus = without(actual, expected);
  if (missing.length + surplus.length === 0) return null;
  return `at ${decision.t}: by the rules [${missing.join('; ')}], decided [${surplus.join('; ')}]`;
}

function without(all: readonly string[], some: readonly string[]): string[] {
  const left = [...some];
  return all.filter((one) => {
    const index = left.indexOf(one);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

/** R14: what is overdue under a pause has no timer. */
function dueOf(person: Person, decision: Decision): number | null {
  const dues = person.live.flatMap((live) => {
    const { dueMs } = live.at;
    return dueMs === null || (dueMs <= decision.t && isPaused(decision, live)) ? [] : [dueMs];
  });
  return dues.length === 0 ? null : Math.min(...dues);
}

function placeOf({ campaign, key, entryAtMs, at }: Live): string {
  const phase = at.kind === 'send' ? `${at.phase} ${at.channel} ${at.tries} ${at.plans}` : '';
  return `live ${campaign.digest} ${key} ${entryAtMs} ${at.kind} ${at.step} ${at.dueMs} ${phase}`;
}

function positionOf({ digest, key, entryAtMs, position }: Enrollment): string {
  const phase =
    position.kind === 'send' ? `${position.phase} ${position.channel} ${position.attempts} ${position.plans}` : '';
  return `live ${digest} ${key} ${entryAtMs} ${position.kind} ${position.step} ${position.dueAtMs} ${phase}`;
}

/** The line of a record that the reference machine would write too; notes and plain facts have none. */
function factOf(record: DecisionRecord, change: UserChange): string[] {
  switch (record.kind) {
    case 'entered':
      return [`entered ${record.campaign} ${record.eventId} ${record.entryAtMs} ${record.digest}`];
    case 'refused':
      return [`refused ${record.campaign} ${record.reason} ${record.eventId}`];
    case 'waiting':
      return [`waiting ${record.campaign} ${record.step} ${record.untilMs}`];
    case 'matched':
      return [`matched ${record.campaign} ${record.step} ${record.eventId}`];
    case 'branched':
      return [`branched ${record.campaign} ${record.step} ${record.next}`];
    case 'set':
      return [`set ${record.campaign} ${record.step}`];
    case 'emitted':
      return [`emitted ${record.campaign} ${record.step} ${record.event}`];
    case 'held':
      if (record.reason === 'channel_backlog') return [];
      return [`held ${record.campaign} ${record.step} ${record.reason} ${record.untilMs}`];
    case 'redirected':
      return [`redirected ${record.campaign} ${record.step} ${record.from} ${record.to} ${record.reason}`];
    case 'planned': {
      const send = change.sends.find(
        ({ sendKey, attempt }) => sendKey === record.sendKey && attempt === record.attempt,
      );
      const { campaign, step, channel, attempt } = record;
      return [`planned ${campaign} ${step} ${channel} ${attempt} ${send?.content.address} ${send?.notAfterMs}`];
    }
    case 'skipped':
      return [`skipped ${record.campaign} ${record.step} ${record.reason}`];
    case 'ended':
      return [`ended ${record.campaign} ${record.reason}`];
    default:
      return [];
  }
}
