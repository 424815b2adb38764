import { partitionOf, slotOf } from '../../model/slot.ts';
import type { ValueMap } from '../../model/value.ts';
import { type NodePlan, type Plan, TENANT, type UserPlan } from '../plan.ts';
import { createRandom, type Random } from '../random.ts';
import { generateFaults } from './faults.ts';
import { generateOperations } from './operations.ts';
import { generateProviders, generateReleases } from './releases.ts';

/** 2 March 2026, 10:00 UTC: the quiet minutes of generated projects lie just after it. */
const START_MS = Date.UTC(2026, 2, 2, 10, 0, 0);

/** The history of a seed. */
export function generatePlan(seed: number): Plan {
  const random = createRandom(`plan ${seed}`);
  const nodes = nodesOf(random);
  const usesLocalTimes = random.chance(0.4);
  const users = usersOf(random, usesLocalTimes ? ['UTC', 'Nowhere/Land'] : ZONES);
  const providers = generateProviders(random);
  const channels = Object.keys(providers);
  const releases = generateReleases(
    random,
    { channels, usesLocalTimes },
    users.map(({ id }) => id),
  );
  const untilMs = random.pick([3_000, 8_000, 15_000]);
  return {
    version: 1,
    seed: String(seed),
    startMs: START_MS + random.int(0, 50) * 1_000,
    ...{ nodes, users, providers, releases },
    operations: generateOperations(random, releases, users, untilMs),
    faults: generateFaults(
      random,
      nodes.map(({ name }) => name),
      channels,
      untilMs + 2_000,
    ),
  };
}

function nodesOf(random: Random): NodePlan[] {
  const count = random.chance(0.6) ? 2 : 1;
  const isShared = count === 2 && random.chance(0.25);
  const isSkewed = random.chance(0.3);
  return Array.from({ length: count }, (_, index) => ({
    name: `node-${index}`,
    skewMs: isSkewed ? random.int(-250, 250) : 0,
    workers: random.int(1, 2),
    batchSize: random.pick([1, 2, 4, 50]),
    half: isShared ? (index as 0 | 1) : null,
  }));
}

/** A few users in up to three partitions, so that some share one. */
function usersOf(random: Random, zones: readonly string[]): UserPlan[] {
  const count = random.int(1, 6);
  const wanted = random.int(1, 3);
  const partitions = new Set<number>();
  const users: UserPlan[] = [];
  for (let index = random.int(0, 1_000); users.length < count; index += 1) {
    const id = `u${index}`;
    const partition = partitionOf(slotOf(TENANT, id));
    if (!partitions.has(partition) && partitions.size >= wanted) continue;
    partitions.add(partition);
    users.push({ id, profile: random.chance(0.1) ? null : profileOf(random, id, zones) });
  }
  return users;
}

const ZONES = ['Asia/Kolkata', 'America/Bogota', 'UTC', 'Nowhere/Land'];

function profileOf(random: Random, id: string, zones: readonly string[]): ValueMap {
  return {
    ...(random.chance(0.92) ? { phone: `+49${id}` } : {}),
    ...(random.chance(0.85) ? { token: `t-${id}` } : {}),
    ...(random.chance(0.85) ? { mail: `${id}@example.com` } : {}),
    ...(random.chance(0.9) ? { consent: random.chance(0.85) } : {}),
    ...(random.chance(0.5) ? { zone: random.pick(zones) } : {}),
    ...(random.chance(0.6) ? { tier: random.int(1, 3) } : {}),
  };
}
