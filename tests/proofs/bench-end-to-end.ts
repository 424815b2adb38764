/** The whole embedded path, measured and verified: `npm run proof -- bench-end-to-end`. */
import { loadavg } from 'node:os';
import { type Round, runRound } from '../../bench/end-to-end/round.ts';
import { writeProof } from './write-proof.ts';

const MESSAGES = 50_000;
const ROUNDS = 5;
const GOAL = 10_000;

const loadBefore = loadavg()[0] ?? 0;
const rounds: Round[] = [];
for (let round = 1; round <= ROUNDS; round += 1) rounds.push(await runRound(MESSAGES));
const last = rounds[ROUNDS - 1] as Round;
const threads = Object.keys(last.byThread ?? {});

await writeProof('bench-end-to-end', 'The whole embedded path', [
  `Event text → intake → bus → enrollment → timer → decision → ledger → outbox → file channel, SQLite with
synchronous=FULL, ${ROUNDS} rounds of ${MESSAGES.toLocaleString('en')} messages in one process, medians. Every message of every round stands in the
channel's own file exactly once, or there would be no figures. The machine's load was ${loadBefore.toFixed(1)} when it began: above 0.5 or
so others were at work, and the rate is a lower bound; CPU a message says more.`,
  {
    [`messages/s (goal ${GOAL.toLocaleString('en')})`]: rounded(median(({ perSecond }) => perSecond)),
    'messages/s, every round': rounds.map(({ perSecond }) => rounded(perSecond)).join(', '),
    'µs CPU a message, all threads': rounded(median(({ cpuMicros }) => cpuMicros)),
    ...Object.fromEntries(
      threads.map((name) => [`µs CPU a message, ${name}`, rounded(median(({ byThread }) => byThread?.[name] ?? 0))]),
    ),
    'bare batched ledger inserts/s beside it': rounded(median(({ limitPerSecond }) => limitPerSecond)),
    'whole path against them': `${(median((one) => one.perSecond / one.limitPerSecond) * 100).toFixed(1)} %`,
  },
  'Calls in the last round, and the rows in them:',
  Object.fromEntries(
    [...Object.entries(last.store.calls), ...Object.entries(last.bus.calls)]
      .filter(([name]) => (last.store.rows[name] ?? last.bus.rows[name]) !== undefined)
      .map(([name, calls]) => [name, `${calls} calls, ${last.store.rows[name] ?? last.bus.rows[name]} rows`]),
  ),
]);

function median(of: (round: Round) => number): number {
  const sorted = rounds.map(of).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function rounded(number: number): string {
  return Math.round(number).toLocaleString('en');
}
