import type { Plan } from './plan.ts';

/** Runs a plan: true when it still fails in the same way. */
export type Fails = (plan: Plan) => Promise<boolean>;

/**
 * Makes a failing plan as small as it goes: fewer faults, then operations, users, nodes, releases; then no skew, shorter
 * faults. What is left all matters.
 */
export async function shrink(plan: Plan, fails: Fails): Promise<Plan> {
  let smallest = plan;
  for (let size = -1; size !== sizeOf(smallest); ) {
    size = sizeOf(smallest);
    smallest = await without(smallest, smallest.faults, (faults) => ({ ...smallest, faults }), fails);
    smallest = await without(smallest, smallest.operations, (operations) => ({ ...smallest, operations }), fails);
    smallest = await without(smallest, smallest.users, (users) => ofUsers(smallest, users), fails);
    smallest = await without(smallest, smallest.nodes, (nodes) => ({ ...smallest, nodes }), fails, 1);
    smallest = await withoutCampaigns(smallest, fails);
    smallest = await plainer(smallest, fails);
  }
  return smallest;
}

function sizeOf(plan: Plan): number {
  return JSON.stringify(plan).length;
}

/** Delta debugging (Zeller, ddmin): drops ever smaller stretches of a list as long as the failure stays. */
async function without<T>(
  plan: Plan,
  items: readonly T[],
  withItems: (items: readonly T[]) => Plan,
  fails: Fails,
  atLeast = 0,
): Promise<Plan> {
  let smallest = plan;
  let left = items;
  for (let stretch = Math.ceil(items.length / 2); stretch >= 1; stretch = stretch === 1 ? 0 : Math.ceil(stretch / 2)) {
    for (let from = 0; from < left.length; ) {
      const fewer = [...left.slice(0, from), ...left.slice(from + stretch)];
      const candidate = withItems(fewer);
      if (fewer.length >= atLeast && (await fails(candidate))) {
        left = fewer;
        smallest = candidate;
      } else from += stretch;
    }
  }
  return smallest;
}

function ofUsers(plan: Plan, users: Plan['users']): Plan {
  const names = new Set(users.map(({ id }) => id));
  const operations = plan.operations.filter((one) => !('user' in one) || names.has(one.user));
  return { ...plan, users, operations };
}

async function withoutCampaigns(plan: Plan, fails: Fails): Promise<Plan> {
  const names = Object.keys(plan.releases[0]?.campaigns ?? {});
  return without(plan, names, (left) => ofCampaigns(plan, new Set(left)), fails);
}

function ofCampaigns(plan: Plan, names: ReadonlySet<string>): Plan {
  const releases = plan.releases.map((release) => ({
    ...release,
    campaigns: Object.fromEntries(Object.entries(release.campaigns).filter(([name]) => names.has(name))),
  }));
  return {
    ...plan,
    releases,
    operations: plan.operations.filter((one) => !('campaign' in one) || names.has(one.campaign)),
  };
}

/** Simpler values, each for itself. */
async function plainer(plan: Plan, fails: Fails): Promise<Plan> {
  let smallest = plan;
  const candidates: ((plan: Plan) => Plan)[] = [
    (one) => ({ ...one, nodes: one.nodes.map((node) => ({ ...node, skewMs: 0 })) }),
    (one) => ({ ...one, nodes: one.nodes.map((node) => ({ ...node, workers: 1 })) }),
    (one) => ({ ...one, nodes: one.nodes.map((node) => ({ ...node, half: null })) }),
    (one) => ({
      ...one,
      releases: one.releases.slice(0, 1),
      operations: one.operations.filter((op) => op.kind !== 'activate'),
    }),
    (one) => ({
      ...one,
      providers: Object.fromEntries(
        Object.entries(one.providers).map(([name, all]) => [name, { ...all, receiptShare: 0 }]),
      ),
    }),
  ];
  for (const simplify of candidates) {
    const candidate = simplify(smallest);
    if (sizeOf(candidate) < sizeOf(smallest) && (await fails(candidate))) smallest = candidate;
  }
  return smallest;
}
