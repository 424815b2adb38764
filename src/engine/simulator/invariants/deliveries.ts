import type { SendState } from '../../model/message.ts';
import type { SendStep } from '../../model/release.ts';
import type { LedgerRow } from '../../ports/state-store.ts';
import type { AttemptEvent, WatcherFactory } from '../history.ts';
import type { Plan } from '../plan.ts';

/** What the providers' own logs say of one send key. */
interface KeyLog {
  readonly written: AttemptEvent[];
  /** Attempts that a provider answered for certain: not sent, refused. */
  readonly definite: Set<number>;
  readonly accepted: AttemptEvent[];
  readonly undelivered: Set<string>;
  /** Attempts with no answer, or with one that says nothing. */
  doubts: number;
  /** Runs of a daemon that had it in flight when they ended. */
  orphaned: number;
  readonly unknowns: Set<string>;
  readonly claimedBy: Map<string, number>;
}

const TERMINAL: ReadonlySet<SendState> = new Set(['accepted', 'rejected', 'unknown', 'cancelled']);

/**
 * A send key is accepted once (I1), ends in a state that says so (I2), and the ledger agrees with the providers' own
 * logs (I8). What is uncertain is `unknown`, and never without a cause.
 */
export const watchDeliveries: WatcherFactory = ({ plan, report, note }) => {
  const logs = new Map<string, KeyLog>();
  const logOf = (sendKey: string) => {
    const known = logs.get(sendKey);
    if (known) return known;
    const log: KeyLog = {
      ...{ written: [], definite: new Set<number>(), accepted: [], undelivered: new Set<string>() },
      ...{ doubts: 0, orphaned: 0, unknowns: new Set<string>(), claimedBy: new Map<string, number>() },
    };
    logs.set(sendKey, log);
    return log;
  };
  const steps = new Map<string, SendStep>();
  /** What a run had in flight when it ended or lost its right to write. */
  const interrupt = (node: string, generation: number) => {
    for (const log of logs.values()) if (log.claimedBy.get(node) === generation) log.orphaned += 1;
  };
  return {
    committed: ({ request }) => {
      for (const { sends } of request.changes) {
        for (const { sendKey, digest, step } of sends) steps.set(sendKey, stepOf(plan, digest, step));
      }
    },
    claimed: (node, generation, sends) => {
      for (const { sendKey } of sends) logOf(sendKey).claimedBy.set(node, generation);
    },
    died: interrupt,
    froze: interrupt,
    fenced: interrupt,
    written: (attempt) => {
      const { written, definite } = logOf(attempt.sendKey);
      const open = written.filter((one) => one.channel === attempt.channel && !definite.has(one.attempt));
      written.push(attempt);
      if (open.length === 0 || plan.providers[attempt.channel]?.class === 'I') return;
      if (mayRepeat(plan, steps.get(attempt.sendKey), attempt.channel)) return note('send/resent');
      report('send/written-twice', `${attempt.node} wrote ${attempt.sendKey} again to ${attempt.channel}`);
    },
    answered: (attempt, outcome) => {
      const log = logOf(attempt.sendKey);
      if (outcome?.kind === 'retry' || outcome?.kind === 'rejected') log.definite.add(attempt.attempt);
      else if (outcome?.kind !== 'accepted') log.doubts += 1;
    },
    receipt: (channel, sendKey, status) => {
      if (status === 'undelivered') logOf(sendKey).undelivered.add(channel);
    },
    accepted: (attempt) => {
      const log = logOf(attempt.sendKey);
      const earlier = log.accepted.filter(({ channel }) => !log.undelivered.has(channel));
      log.accepted.push(attempt);
      const policy = (channel: string) => policyOf(plan, steps.get(attempt.sendKey), channel);
      // Whichever of two was first in doubt may have led to the other.
      const unexcused = earlier.filter(({ channel }) =>
        channel === attempt.channel
          ? policy(channel) !== 'resend'
          : policy(channel) === 'hold' && policy(attempt.channel) === 'hold',
      );
      if (unexcused.length > 0) {
        report('send/accepted-twice', `${attempt.sendKey}: ${log.accepted.map(({ channel }) => channel).join(', ')}`);
      }
    },
    settled: (node, generation, settlements) => {
      for (const { send, state } of settlements) {
        const log = logOf(send.sendKey);
        note(`settled/${state}`);
        if (log.claimedBy.get(node) === generation) log.claimedBy.delete(node);
        if (state !== 'unknown') continue;
        // The same outcome may be written again when the first answer was lost.
        log.unknowns.add(`${send.attempt} ${send.dispatchedAtMs}`);
        if (log.unknowns.size > log.doubts + log.orphaned + log.claimedBy.size) {
          report('send/unknown-without-cause', `${send.sendKey} on ${send.channel}`);
        }
      }
    },
    ended: async (store) => {
      for (const row of await store.ledger({})) {
        const problem = compareRow(row, logOf(row.sendKey));
        if (problem !== null) report(problem, `${row.sendKey} on ${row.channel} is ${row.state} (${row.reason})`);
        logs.delete(row.sendKey);
      }
      for (const [sendKey, { accepted }] of logs) {
        if (accepted.length > 0) report('ledger/missing', `${sendKey} was accepted and is not in the ledger`);
      }
    },
  };
};

function compareRow({ state, channel }: LedgerRow, log: KeyLog): string | null {
  if (!TERMINAL.has(state)) return 'ledger/not-terminal';
  const hasAccepted = log.accepted.some((one) => one.channel === channel);
  // A receipt does not say which channel it is of: that of an earlier one settles the key too.
  if (state === 'accepted' && log.accepted.length === 0) return 'ledger/accepted-by-nobody';
  const isUndelivered = log.undelivered.has(channel);
  if ((state === 'rejected' || state === 'cancelled') && hasAccepted && !isUndelivered)
    return 'ledger/denies-acceptance';
  return null;
}

function mayRepeat(plan: Plan, step: SendStep | undefined, channel: string): boolean {
  return policyOf(plan, step, channel) === 'resend';
}

/** `onUnknown` of the step, else of the channel; of all releases, the policy of channels is the same. */
function policyOf(plan: Plan, step: SendStep | undefined, channel: string): string {
  return step?.onUnknown ?? plan.releases[0]?.channels[channel]?.onUnknown ?? 'hold';
}

function stepOf(plan: Plan, digest: string, id: string): SendStep {
  for (const { campaigns } of plan.releases) {
    for (const campaign of Object.values(campaigns)) {
      const step = campaign.digest === digest ? campaign.steps.find((one) => one.id === id) : undefined;
      if (step?.kind === 'send') return step;
    }
  }
  throw new Error(`no release has the step ${id} of ${digest}`);
}
