import { existsSync, readFileSync } from 'node:fs';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { createGithubForge } from '../adapters/forge/github.ts';
import { createSecretResolver } from '../adapters/secrets/resolve.ts';
import { createSshPlanSigner } from '../adapters/signing/ssh-plan-signer.ts';
import { EXIT, MkaError } from '../kernel/mka-error.ts';
import type { Approval, Plan, PolicyFinding } from '../model/plan.ts';
import type { PlanProblem } from '../plan/staleness.ts';
import type { ForgePort } from '../ports/forge.ts';
import { readApprovals, withApproval } from '../release/approval-file.ts';
import type { ApprovalVerdict } from '../release/approvals.ts';
import type { WindowVerdict } from '../release/change-window.ts';
import { blocking } from '../release/policy.ts';
import { type ApprovalFacts, approvalVerdict, checkSignatures, readReviews } from '../usecases/approvals.ts';
import { approve } from '../usecases/approve.ts';
import type { Place } from './installation.ts';
import { type RecheckedPlan, recheckPlan } from './plan.ts';
import { approvalFileOf, readApprovalFiles, readPlanFile, writeWhole } from './plan-file.ts';
import type { PlanChoice } from './plan-sources.ts';

/** What the policies say of a plan, made again as things stand now. */
export interface PolicyReport {
  readonly plan: Plan;
  readonly problems: readonly PlanProblem[];
  readonly findings: readonly PolicyFinding[];
  /** Those of the findings that stop a deployment. */
  readonly blocking: readonly PolicyFinding[];
  readonly window: WindowVerdict;
}

/** Evaluates the policies of the base branch over the files of a plan, whatever the plan itself says of them. */
export async function checkPolicies(place: Place, path: string, choice: PlanChoice): Promise<PolicyReport> {
  const { plan, fresh, problems, window } = await recheckFile(place, path, choice);
  const { findings } = fresh.policy;
  return { plan, problems, findings, blocking: blocking(findings), window };
}

/** Runs the policy tests of a folder. */
export async function testPolicies(dir: string) {
  return (await import('./plan-policy-test.ts')).testRepositoryPolicies(dir);
}

/** Signs a plan with an SSH key; answers the approval and the file that holds it. */
export async function approvePlan(
  place: Place,
  path: string,
  request: PlanChoice & { readonly key: string; readonly out?: string | undefined; readonly isInteractive: boolean },
): Promise<{ readonly approval: Approval; readonly file: string }> {
  const rechecked = await recheckFile(place, path, request);
  requireFresh(rechecked);
  const signer = createSshPlanSigner({ variables: process.env, isInteractive: request.isInteractive });
  const nowMs = systemClock().now();
  const approval = await approve(signer, rechecked.plan, factsOf(rechecked), { keyFile: request.key, nowMs });
  const file = request.out ?? approvalFileOf(path);
  writeWhole(file, withApproval(existsSync(file) ? readApprovals(readFileSync(file, 'utf8')) : [], approval));
  return { approval, file };
}

/** Whether a plan may be deployed as far as people and policies are concerned. */
export interface ApprovalReport extends ApprovalVerdict {
  readonly plan: Plan;
  readonly problems: readonly PlanProblem[];
  readonly blocking: readonly PolicyFinding[];
}

/** Checks plan, policies, signatures and reviews again. */
export async function checkApprovals(
  place: Place,
  path: string,
  request: PlanChoice & { readonly files: readonly string[]; readonly pullRequest?: number | undefined },
): Promise<ApprovalReport> {
  const rechecked = await recheckFile(place, path, request);
  const { plan, fresh, problems } = rechecked;
  const { verdict } = await judgeFiles(rechecked, path, request);
  return { ...verdict, plan, problems, blocking: blocking(fresh.policy.findings) };
}

/** The verdict on approvals from files and, where a pull request is named, from the forge. For `deploy` too. */
export async function judgeFiles(
  rechecked: RecheckedPlan,
  path: string,
  request: { readonly files: readonly string[]; readonly pullRequest?: number | undefined },
): Promise<{ readonly verdict: ApprovalVerdict }> {
  const facts = factsOf(rechecked);
  const signer = createSshPlanSigner({ variables: process.env });
  const nowMs = systemClock().now();
  const signed = await checkSignatures(signer, readApprovalFiles(path, request.files), facts.allowedSigners, nowMs);
  if (request.pullRequest === undefined) return { verdict: approvalVerdict(rechecked.fresh, facts, signed) };
  const reviewed = await readReviews(openForge(), request.pullRequest);
  const known = { ...facts, authors: [...facts.authors, ...reviewed.authors] };
  // The file may list reviews too; the forge has told of them itself.
  const own = signed.filter(({ approval }) => approval.via === 'ssh');
  return { verdict: approvalVerdict(rechecked.fresh, known, [...own, ...reviewed.approvals]) };
}

/** Creates or replaces the comment that carries `marker`. */
export function commentOnPullRequest(
  pullRequest: number,
  comment: { readonly marker: string; readonly markdown: string },
): Promise<'created' | 'updated' | 'unchanged'> {
  return openForge().upsertComment(pullRequest, comment.marker, comment.markdown);
}

/** The forge as GitHub Actions names it, or as the user does. */
function openForge(): ForgePort {
  const { GITHUB_REPOSITORY: repository = '', GITHUB_API_URL: baseUrl, GITHUB_TOKEN: token = '' } = process.env;
  if (repository === '' || token === '') {
    throw new MkaError('forge/not-configured', 'the forge is not named', {
      hint: 'set GITHUB_REPOSITORY (owner/name) and GITHUB_TOKEN; GITHUB_API_URL for another server than api.github.com',
      exitCode: EXIT.usage,
    });
  }
  const secret = createSecretResolver(process.env, '.').resolve({ fromEnv: 'GITHUB_TOKEN' });
  return createGithubForge({
    repository,
    token: secret,
    clock: systemClock(),
    ...(baseUrl === undefined ? {} : { baseUrl }),
  });
}

function recheckFile(place: Place, path: string, choice: PlanChoice): Promise<RecheckedPlan> {
  const plan = readPlanFile(path);
  return recheckPlan({ ...place, environment: place.environment ?? plan.environment }, plan, choice);
}

function requireFresh({ problems }: RecheckedPlan): void {
  const [first] = problems;
  if (first === undefined) return;
  throw new MkaError(first.code, problems.map(({ message }) => message).join('; '), {
    hint: 'make the plan again with mka plan',
    exitCode: EXIT.notApproved,
  });
}

function factsOf({ sources }: RecheckedPlan): ApprovalFacts {
  const { policies, allowedSigners, origin } = sources;
  return { policies, allowedSigners, authors: origin.authors };
}
