import type { DecisionRecord } from '../../model/record.ts';
import type { CampaignDefinition, Release, StepDefinition } from '../../model/release.ts';

/** What of a campaign the cases have gone through. */
export interface CampaignCoverage {
  readonly campaign: string;
  readonly steps: Covered;
  /** Both ends of a `wait for`, each case of a branch, each channel of a send, each exit. */
  readonly branches: Covered;
}

/** How many of how many; `missing` names the others, such as `answer/timeout`. */
export interface Covered {
  readonly covered: number;
  readonly total: number;
  readonly missing: readonly string[];
}

/** Gathers over cases what their users went through. */
export interface CoverageTally {
  add(records: readonly DecisionRecord[]): void;
  /** Of the campaigns that are active or took part, by name. */
  report(): readonly CampaignCoverage[];
}

export function tallyCoverage(release: Release, named: ReadonlySet<string>): CoverageTally {
  const campaigns = Object.values(release.campaigns)
    .filter(({ name, state }) => state === 'active' || named.has(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const seen = new Set<string>();
  return {
    add: (records) => {
      const typeOf = new Map(records.flatMap((one) => (one.kind === 'event' ? [[one.id, one.type] as const] : [])));
      for (const record of records) for (const mark of marksOf(record, typeOf)) seen.add(mark);
    },
    report: () => campaigns.map((campaign) => coverageOf(campaign, seen)),
  };
}

/** Share of what is covered, in percent; a campaign without branches has all of them. */
export function percentOf({ steps, branches }: CampaignCoverage): number {
  const total = steps.total + branches.total;
  return total === 0 ? 100 : ((steps.covered + branches.covered) / total) * 100;
}

function coverageOf(campaign: CampaignDefinition, seen: ReadonlySet<string>): CampaignCoverage {
  const steps = campaign.steps.map(({ id }) => id);
  const branches = [...new Set([...campaign.steps.flatMap(branchesOf), ...exitsOf(campaign)])];
  const covered = (names: readonly string[]): Covered => {
    const missing = names.filter((name) => !seen.has(`${campaign.name} ${name}`));
    return { covered: names.length - missing.length, total: names.length, missing };
  };
  return { campaign: campaign.name, steps: covered(steps), branches: covered(branches) };
}

function branchesOf(step: StepDefinition): string[] {
  switch (step.kind) {
    case 'waitFor':
      return [`${step.id}/match`, `${step.id}/timeout`];
    case 'branch': {
      const hasDefault = step.cases.some((one) => one.when === undefined);
      const ways = step.cases.map((one) => one.next);
      return [...ways, ...(hasDefault ? [] : [step.next ?? 'exit'])].map((next) => `${step.id}/${next}`);
    }
    case 'send':
      return step.via.map((channel) => `${step.id}/${channel}`);
    default:
      return [];
  }
}

function exitsOf({ exits }: CampaignDefinition): string[] {
  return exits.map((exit) => (exit.kind === 'event' ? `exit/${exit.event}` : 'exit/condition'));
}

/** Steps and branches that a record is a proof of, as `CAMPAIGN NAME`. */
function marksOf(record: DecisionRecord, typeOf: ReadonlyMap<string, string>): string[] {
  const step = 'step' in record ? record.step : '';
  if (!('campaign' in record) || record.campaign === undefined || step === '') return [];
  const names = [step];
  if (record.kind === 'matched') names.push(`${step}/match`);
  if (record.kind === 'branched')
    names.push(`${step}/${record.next}`, ...(record.rule === 'R6' ? [`${step}/timeout`] : []));
  if (record.kind === 'planned') names.push(`${step}/${record.channel}`);
  if (record.kind === 'ended' && record.eventId !== undefined) names.push(`exit/${typeOf.get(record.eventId) ?? ''}`);
  if (record.kind === 'ended' && record.reason === 'exit_condition') names.push('exit/condition');
  return names.map((name) => `${record.campaign} ${name}`);
}
