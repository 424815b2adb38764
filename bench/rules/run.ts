import { parseArgs } from 'node:util';
import { ENGINES, type EngineUnderTest, type Match } from './engines.ts';
import { type BenchEvent, createCampaigns, createEvents, createRandom } from './workload.ts';

/**
 * How fast events are matched against campaigns, beside other engines and JSON.parse of the same events. Every engine
 * must give the same matches. Prints medians of interleaved rounds in events per second. Exit code 1 when the matches
 * differ or a goal's "must" is missed.
 *
 * node bench/rules/run.ts [--quick] [--campaigns 100] [--events 200000] [--rounds 5] [--only mka]
 */
const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    campaigns: { type: 'string', default: '100' },
    events: { type: 'string' },
    rounds: { type: 'string' },
    only: { type: 'string' },
  },
});

const campaigns = createCampaigns(Number(flags.campaigns), createRandom(1));
const texts = createEvents(Number(flags.events ?? (flags.quick ? 20_000 : 200_000)), createRandom(2)).map((event) =>
  JSON.stringify(event),
);
// As an intake holds them: strings made by JSON.parse are not shared with the rules' constants.
const events = texts.map((text) => JSON.parse(text) as BenchEvent);
const rounds = Number(flags.rounds ?? (flags.quick ? 3 : 7));
const engines = ENGINES.filter(({ name }) => flags.only === undefined || name.includes(flags.only));

const matchers = engines.map((engine) => ({ engine, match: engine.create(campaigns) }));
const matches = await verify();
const rates = await measure();
print();

/** Every engine must answer what the first does, on the events it is given; answers the matches per event. */
async function verify(): Promise<number> {
  let total = 0;
  for (const [at, event] of events.entries()) {
    const expected = ((await matchers[0]?.match(event)) ?? []).join();
    total += expected === '' ? 0 : expected.split(',').length;
    for (const { engine, match } of matchers.slice(1)) {
      if (at >= events.length * engine.share) continue;
      const found = (await match(event)).join();
      if (found !== expected)
        throw new Error(`${engine.name} differs on ${JSON.stringify(event)}: ${found} against ${expected}`);
    }
  }
  return total / events.length;
}

/** Rounds go over all subjects in turn, so that a slow moment of the machine hits each of them. */
async function measure(): Promise<Map<string, number[]>> {
  const found = new Map<string, number[]>();
  const note = (name: string, rate: number): void => {
    found.set(name, [...(found.get(name) ?? []), rate]);
  };
  for (let round = 0; round < rounds; round += 1) {
    note(
      'JSON.parse',
      rateOf(texts.length, () => parseAll()),
    );
    for (const { engine, match } of matchers) {
      const sample = events.slice(0, Math.ceil(events.length * engine.share));
      note(
        engine.name,
        engine.isAsync ? await rateOfAsync(sample, match) : rateOf(sample.length, () => matchAll(sample, match)),
      );
      if (engine.share === 1)
        note(
          parsed(engine),
          rateOf(texts.length, () => parseAndMatchAll(match)),
        );
    }
  }
  return found;
}

function parseAll(): number {
  let seen = 0;
  for (const text of texts) seen += (JSON.parse(text) as BenchEvent).occurred_at > 0 ? 1 : 0;
  return seen;
}

function matchAll(sample: readonly BenchEvent[], match: Match): number {
  let seen = 0;
  for (const event of sample) seen += (match(event) as readonly string[]).length;
  return seen;
}

function parseAndMatchAll(match: Match): number {
  let seen = 0;
  for (const text of texts) seen += (match(JSON.parse(text) as BenchEvent) as readonly string[]).length;
  return seen;
}

function parsed({ name }: EngineUnderTest): string {
  return `JSON.parse + ${name}`;
}

function rateOf(count: number, run: () => number): number {
  const start = process.hrtime.bigint();
  run();
  return perSecond(count, start);
}

async function rateOfAsync(sample: readonly BenchEvent[], match: Match): Promise<number> {
  const start = process.hrtime.bigint();
  for (const event of sample) await match(event);
  return perSecond(sample.length, start);
}

function perSecond(count: number, start: bigint): number {
  return (count * 1e9) / Number(process.hrtime.bigint() - start);
}

function medianOf(name: string): number {
  return medianOfAll(rates.get(name) ?? []);
}

function medianOfAll(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function print(): void {
  const bytes = texts.reduce((sum, text) => sum + text.length, 0) / texts.length;
  console.log(
    `${campaigns.length} campaigns, ${events.length} events of ${bytes.toFixed(0)} B, ${matches.toFixed(2)} matches an event, ` +
      `medians of ${rounds} interleaved rounds, Node ${process.versions.node}`,
  );
  const own = medianOf('mka');
  const names = [...rates.keys()].sort((left, right) => medianOf(right) - medianOf(left));
  console.log(`\n| engine | events/s | spread | mka is |\n|---|---|---|---|`);
  for (const name of names) {
    const all = rates.get(name) ?? [];
    const spread = `${thousands(Math.min(...all))}–${thousands(Math.max(...all))}`;
    console.log(`| ${name} | ${thousands(medianOf(name))} | ${spread} | ${(own / medianOf(name)).toFixed(2)}× |`);
  }
  printGoals();
}

/** Median over the rounds of one rate to another: both were measured within the same moments. */
function medianRatio(name: string, other: string): number {
  const ratios = (rates.get(name) ?? []).map((rate, round) => rate / (rates.get(other)?.[round] ?? Number.NaN));
  return medianOfAll(ratios);
}

function printGoals(): void {
  const cel = Math.min(...['@marcbachmann/cel-js', '@bufbuild/cel'].map((name) => medianRatio('mka', name)));
  const logic = medianRatio('mka', 'json-logic-engine, compiled');
  const goals = [
    { what: 'with parse, of JSON.parse', value: medianRatio('JSON.parse + mka', 'JSON.parse'), must: 0.75, goal: 0.9 },
    { what: 'match only, times the faster CEL library', value: cel, must: 10, goal: 10 },
    { what: 'match only, times json-logic-engine compiled', value: logic, must: 0, goal: 2 },
  ];
  console.log('\n| goal | measured | must | goal |\n|---|---|---|---|');
  for (const { what, value, must, goal } of goals) {
    if (!Number.isFinite(value)) continue;
    console.log(`| ${what} | ${value.toFixed(2)} | ${must || '–'} | ${goal} |`);
    if (value < must) process.exitCode = 1;
  }
}

function thousands(rate: number): string {
  return rate >= 1e6 ? `${(rate / 1e6).toFixed(2)} M` : `${(rate / 1e3).toFixed(rate < 1e4 ? 2 : 0)} k`;
}
