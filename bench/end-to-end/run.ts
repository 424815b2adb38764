/**
 * Whole path, embedded: event text → intake → bus → enrollment → timer → decision → ledger → outbox → file channel.
 * Every round is verified by the channel's own file. `--messages N` and `--rounds N` set the size, `--quick` is for CI.
 */
import { parseArgs } from 'node:util';
import { type Round, runRound } from './round.ts';

const GOAL = 10_000;

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '50000' },
    rounds: { type: 'string', default: '5' },
    quick: { type: 'boolean', default: false },
  },
});
const messages = values.quick ? 5_000 : Number(values.messages);
const count = values.quick ? 1 : Number(values.rounds);

const rounds: Round[] = [];
for (let number = 1; number <= count; number += 1) {
  const round = await runRound(messages);
  rounds.push(round);
  console.log(`round ${number}: ${messages} messages, ${Math.round(round.perSecond)}/s, ${cpuOf(round)}`);
}
const last = rounds[rounds.length - 1] as Round;
console.log(`store, calls (rows): ${callsOf(last.store)}`);
console.log(`bus, calls (rows): ${callsOf(last.bus)}`);
const rate = median(rounds.map(({ perSecond }) => perSecond));
const ratio = median(rounds.map(({ perSecond, limitPerSecond }) => perSecond / limitPerSecond));
const limit = median(rounds.map(({ limitPerSecond }) => limitPerSecond));
console.log(`bare ledger inserts: ${Math.round(limit)}/s; the whole path is ${(ratio * 100).toFixed(1)} % of it`);
console.log(
  `median of ${count}: ${Math.round(rate)} messages/s (goal ${GOAL}), ` +
    `${median(rounds.map(({ cpuMicros }) => cpuMicros)).toFixed(0)} µs CPU a message; every message verified`,
);

function cpuOf({ cpuMicros, byThread }: Round): string {
  const parts = Object.entries(byThread ?? {}).map(([name, micros]) => `${name} ${micros.toFixed(0)}`);
  return `${cpuMicros.toFixed(0)} µs CPU a message${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`;
}

function callsOf({ calls, rows }: Round['store']): string {
  return Object.entries(calls)
    .map(([name, number]) => `${name} ${number}${rows[name] === undefined ? '' : ` (${rows[name]})`}`)
    .join(', ');
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
