import type { Approval, ApprovalRequirement } from '../model/plan.ts';
import type { PolicySet } from '../model/policy.ts';
import type { People } from './people.ts';

/** Why an approval does not count. */
export type ApprovalRefusal =
  | 'another-plan'
  | 'unsigned'
  | 'unknown-key'
  | 'bad-signature'
  | 'not-the-signer'
  | 'withdrawn'
  | 'author'
  | 'repeated';

/** An approval with what was found out about its proof; `principal` is whom the proof names. */
export interface CheckedApproval {
  readonly approval: Approval;
  readonly check:
    | { readonly ok: true; readonly principal: string }
    | { readonly ok: false; readonly reason: 'unsigned' | 'unknown-key' | 'bad-signature' | 'withdrawn' };
}

export interface RequirementVerdict extends ApprovalRequirement {
  /** Who agreed and counts here. */
  readonly given: readonly string[];
  readonly missing: number;
}

export interface ApprovalVerdict {
  readonly isSatisfied: boolean;
  readonly requirements: readonly RequirementVerdict[];
  readonly refused: readonly { readonly by: string; readonly via: Approval['via']; readonly reason: ApprovalRefusal }[];
  /** Authors whom neither the allowed-signers file nor a team names: nobody can tell that they are not the approver. */
  readonly strangers: readonly string[];
  /** Approvals that count, one a person: what a record keeps. */
  readonly counted: readonly Approval[];
}

/**
 * Judges the approvals of one plan. An approval counts when its proof is good, it is of exactly this digest, and its person is
 * no author of the change under any name; a person counts once. As long as an author is a stranger nothing that is required
 * is satisfied. Pure.
 */
export function judgeApprovals(parts: {
  readonly digest: string;
  readonly requires: readonly ApprovalRequirement[];
  readonly approvals: readonly CheckedApproval[];
  /** E-mail addresses and logins of who made the change. */
  readonly authors: readonly string[];
  readonly people: People;
  readonly teams: Readonly<Record<string, readonly string[]>>;
}): ApprovalVerdict {
  const { digest, requires, approvals, authors, people, teams } = parts;
  const strangers = [...new Set(authors)].filter((author) => !people.isKnown(author)).sort();
  const making = new Set(authors.map((author) => people.personOf(author)));
  const refused: { by: string; via: Approval['via']; reason: ApprovalRefusal }[] = [];
  const counted = new Map<string, Approval>();
  for (const { approval, check } of approvals) {
    const reason = refusalOf(approval, check, { digest, making, people, counted });
    if (reason !== undefined) refused.push({ by: approval.by, via: approval.via, reason });
    else if (check.ok) counted.set(people.personOf(check.principal), approval);
  }
  const requirements = requires.map((one) => {
    const members = new Set(
      one.team === undefined ? [] : membersOf(teams, one.team).map((name) => people.personOf(name)),
    );
    const given = [...counted.keys()].filter((person) => one.team === undefined || members.has(person)).sort();
    return { ...one, given, missing: Math.max(0, one.count - given.length) };
  });
  const isMissing = requirements.some(({ missing }) => missing > 0);
  return {
    isSatisfied: requires.length === 0 || (!isMissing && strangers.length === 0),
    requirements,
    refused,
    strangers: requires.length === 0 ? [] : strangers,
    counted: [...counted.values()],
  };
}

/** Teams of all policies; of one name in several policies only those whom each of them names. */
export function teamsOf({ policies }: PolicySet): Readonly<Record<string, readonly string[]>> {
  const teams: Record<string, readonly string[]> = Object.create(null);
  for (const policy of policies) {
    for (const [team, members] of Object.entries(policy.teams)) {
      const known = teams[team];
      teams[team] = known === undefined ? members : known.filter((name) => members.includes(name));
    }
  }
  return teams;
}

function refusalOf(
  approval: Approval,
  check: CheckedApproval['check'],
  known: {
    readonly digest: string;
    readonly making: ReadonlySet<string>;
    readonly people: People;
    readonly counted: ReadonlyMap<string, Approval>;
  },
): ApprovalRefusal | undefined {
  if (approval.plan !== known.digest) return 'another-plan';
  if (!check.ok) return check.reason;
  const person = known.people.personOf(check.principal);
  if (person !== known.people.personOf(approval.by)) return 'not-the-signer';
  if (known.making.has(person)) return 'author';
  return known.counted.has(person) ? 'repeated' : undefined;
}

function membersOf(teams: Readonly<Record<string, readonly string[]>>, team: string): readonly string[] {
  return Object.hasOwn(teams, team) ? (teams[team] ?? []) : [];
}
