/**
 * The front door: all of the engine that commands and users of the package import. What is not named here may change
 * without notice. Whatever opens a database or a server is loaded when it is first called, so that light commands start
 * fast.
 */
import type * as building from './wiring/build.ts';
import type * as deploying from './wiring/deploy.ts';
import type * as drifting from './wiring/deploy-drift.ts';
import type * as examining from './wiring/doctor.ts';
import type * as explaining from './wiring/explain-user.ts';
import type * as initialising from './wiring/init.ts';
import type * as operations from './wiring/operations.ts';
import type * as planning from './wiring/plan.ts';
import type * as approving from './wiring/plan-approvals.ts';
import type { ReplayRequest } from './wiring/replay.ts';
import type * as selecting from './wiring/select.ts';
import type { SelectChoice } from './wiring/select.ts';
import type { RunOptions } from './wiring/start-daemon.ts';
import type { RepositoryTests } from './wiring/test-campaigns.ts';
import type { ValidateChoice } from './wiring/validate.ts';

export type { ListedObject } from './compile/compile-repository.ts';
export type { EffectiveDefault } from './compile/effective-defaults.ts';
export type { SchemaDescription, UnknownPlace } from './compile/schema/describe.ts';
export { type Diagnostic, hasErrors, type RelatedPlace, type Severity } from './kernel/diagnostic.ts';
export { EXIT, MkaError } from './kernel/mka-error.ts';
export type { SourceRange } from './kernel/position.ts';
export type { DeploymentLock, DeploymentRecord, ReconcileCondition } from './model/deployment.ts';
export type { AudienceCount, FieldChange, ObjectChange, Plan, StepOccupancy } from './model/plan.ts';
export type { CheckResult } from './usecases/doctor.ts';
export type { Drift, DriftLine } from './usecases/drift.ts';
export type { Explanation } from './usecases/explain/explain.ts';
export type { Formatting } from './usecases/format-files.ts';
export type { PastDeployment } from './usecases/history.ts';
export type { ImportSummary, RefusedLine } from './usecases/import-events.ts';
export type { ReplaySummary } from './usecases/replay-summary.ts';
export type { DeploymentStatus, EnvironmentStatus } from './usecases/status.ts';
export type { CaseFailure } from './usecases/test-campaigns/compare.ts';
export { type CampaignCoverage, type Covered, percentOf } from './usecases/test-campaigns/coverage.ts';
export type { CaseResult, FileResult, TestReport, UserStory } from './usecases/test-campaigns/test-campaigns.ts';
export type { Validation } from './usecases/validate.ts';
export type { Initialised } from './wiring/init.ts';
export type { Place } from './wiring/installation.ts';
export type { PresentPlan } from './wiring/plan.ts';
export type { ApprovalReport } from './wiring/plan-approvals.ts';
export type { RunOptions, Started } from './wiring/start-daemon.ts';
export type { RepositoryTests } from './wiring/test-campaigns.ts';

type Operation<Name extends keyof typeof operations> = (typeof operations)[Name];
type Arguments<Name extends keyof typeof operations> = Parameters<Operation<Name>>;

const loadOperations = () => import('./wiring/operations.ts');

/** Runs the daemon and its HTTP server until it is told to stop. */
export async function startDaemon(options: RunOptions): Promise<void> {
  return (await import('./wiring/start-daemon.ts')).startDaemon(options);
}

/** Replays a file of events through the real loops under a virtual clock. */
export async function replayEvents(request: ReplayRequest) {
  return (await import('./wiring/replay.ts')).replay(request);
}

/** Puts one event on the durable queue; throws MkaError with the code of its refusal. */
export async function triggerEvent(...args: Arguments<'triggerEvent'>) {
  return (await loadOperations()).triggerEvent(...args);
}

/** Puts the events of an NDJSON file on the durable queue, streaming; bad lines are set aside. */
export async function importEvents(...args: Arguments<'importEvents'>) {
  return (await loadOperations()).importEvents(...args);
}

/** Queues a manual entry into a campaign; answers the request's id. */
export async function enrollUser(...args: Arguments<'enrollUser'>) {
  return (await loadOperations()).enrollUser(...args);
}

/** Pauses a campaign in one environment. */
export async function pauseCampaign(...args: Arguments<'pauseCampaign'>) {
  return (await loadOperations()).pauseCampaign(...args);
}

/** Ends a campaign's pause; false when it was not paused. */
export async function resumeCampaign(...args: Arguments<'resumeCampaign'>) {
  return (await loadOperations()).resumeCampaign(...args);
}

/** Where an environment stands: release, leases, backlog, messages, reasons. */
export async function environmentStatus(...args: Arguments<'environmentStatus'>) {
  return (await loadOperations()).environmentStatus(...args);
}

/** Runs the Test files of a repository on a virtual clock; patterns choose among the cases. */
export async function testRepository(dir: string, patterns: readonly string[]): Promise<RepositoryTests> {
  return (await import('./wiring/test-campaigns.ts')).testRepository(dir, patterns);
}

/** Finds everything that is wrong in the files of a campaign repository. */
export async function validateRepository(dir: string, choice: ValidateChoice = {}) {
  return (await import('./wiring/validate.ts')).validateRepository(dir, choice);
}

/** Writes a new campaign repository; never over a file. */
export async function initRepository(...args: Parameters<typeof initialising.initRepository>) {
  return (await import('./wiring/init.ts')).initRepository(...args);
}

/** Renders the repository for an environment and writes its bundle. */
export async function buildRepository(...args: Parameters<typeof building.buildRepository>) {
  return (await import('./wiring/build.ts')).buildRepository(...args);
}

/** The canonical form of the YAML files; with `write` the changed ones are written. */
export async function formatRepository(dir: string, { write }: { readonly write: boolean }) {
  const [files, { formatFiles }, { writeRepositoryFile }] = await Promise.all([
    readFiles(dir),
    import('./usecases/format-files.ts'),
    import('./adapters/source/local.ts'),
  ]);
  const formatting = formatFiles(files);
  if (write) for (const { path, text } of formatting.changed) writeRepositoryFile(dir, path, text);
  return formatting;
}

/** The objects of a repository, all or of one kind. */
export async function listRepository(dir: string, kind?: string, choice: SelectChoice = {}) {
  const [files, { listObjects }] = await Promise.all([readFiles(dir), import('./usecases/list-objects.ts')]);
  const objects = listObjects(files, kind);
  if (choice.select === undefined) return objects;
  return (await import('./wiring/select.ts')).select({ dir }, objects, choice);
}

/** Of changes those whose objects selectors choose. */
export async function selectChanges(...args: Parameters<typeof selecting.selectChanges>) {
  return (await import('./wiring/select.ts')).selectChanges(...args);
}

/** A campaign as a Mermaid flowchart. */
export async function graphRepository(dir: string, campaign: string) {
  const [files, { graphCampaign }] = await Promise.all([readFiles(dir), import('./usecases/graph.ts')]);
  return graphCampaign(files, campaign);
}

/** What may stand at a place such as `campaign.steps.wait`. */
export async function showSchema(path: string) {
  return (await import('./compile/schema/describe.ts')).describeSchema(path);
}

/** Writes the schemas and the editor's setting into a repository; answers the paths written. */
export async function installSchemas(dir: string): Promise<readonly string[]> {
  const [{ schemaInstallation }, { readRepositoryText, writeRepositoryFile }] = await Promise.all([
    import('./usecases/install-schemas.ts'),
    import('./adapters/source/local.ts'),
  ]);
  const files = schemaInstallation((path) => readRepositoryText(dir, path));
  for (const { path, text } of files) writeRepositoryFile(dir, path, text);
  return files.map(({ path }) => path);
}

async function readFiles(dir: string) {
  return (await import('./adapters/source/local.ts')).readRepository(dir);
}

/** Tells why a user got, or did not get, what. */
export async function explainUser(...args: Parameters<typeof explaining.explainUser>) {
  return (await import('./wiring/explain-user.ts')).explainUser(...args);
}

/** Looks at everything that an environment depends on. */
export async function doctor(...args: Parameters<typeof examining.doctor>) {
  return (await import('./wiring/doctor.ts')).doctor(...args);
}

/** Plans what the repository would change in an environment. */
export async function planRepository(...args: Parameters<typeof planning.planRepository>) {
  return (await import('./wiring/plan.ts')).planRepository(...args);
}

/** A plan file, and whether it still holds. */
export async function showPlan(...args: Parameters<typeof planning.showPlan>) {
  return (await import('./wiring/plan.ts')).showPlan(...args);
}

/** What differs between two states of the repository, or from what is deployed. */
export async function diffRepository(...args: Parameters<typeof planning.diffRepository>) {
  return (await import('./wiring/plan.ts')).diffRepository(...args);
}

/** What the policies of the base branch say of a plan. */
export async function checkPolicies(...args: Parameters<typeof approving.checkPolicies>) {
  return (await import('./wiring/plan-approvals.ts')).checkPolicies(...args);
}

/** Signs a plan's digest with an SSH key. */
export async function approvePlan(...args: Parameters<typeof approving.approvePlan>) {
  return (await import('./wiring/plan-approvals.ts')).approvePlan(...args);
}

/** Whether a plan may be deployed, and if not why. */
export async function checkApprovals(...args: Parameters<typeof approving.checkApprovals>) {
  return (await import('./wiring/plan-approvals.ts')).checkApprovals(...args);
}

/** Creates or replaces the comment of a plan on a pull request. */
export async function commentOnPullRequest(...args: Parameters<typeof approving.commentOnPullRequest>) {
  return (await import('./wiring/plan-approvals.ts')).commentOnPullRequest(...args);
}

const loadDeployments = () => import('./wiring/deploy.ts');

/** Deploys a plan to its environment. */
export async function deployPlan(...args: Parameters<typeof deploying.deployPlan>) {
  return (await loadDeployments()).deployPlan(...args);
}

/** Deploys the bundle of an older deployment again and holds back the commit that was active. */
export async function rollBack(...args: Parameters<typeof deploying.rollBack>) {
  return (await loadDeployments()).rollBack(...args);
}

/** Deployments of an environment, newest first, each record checked. */
export async function deploymentHistory(...args: Parameters<typeof deploying.deploymentHistory>) {
  return (await loadDeployments()).deploymentHistory(...args);
}

/** Who deploys now; null when nobody does. */
export async function deploymentLock(...args: Parameters<typeof deploying.deploymentLock>) {
  return (await loadDeployments()).deploymentLock(...args);
}

/** Takes the deployment lock away from its holder. */
export async function releaseDeploymentLock(...args: Parameters<typeof deploying.releaseDeploymentLock>) {
  return (await loadDeployments()).releaseDeploymentLock(...args);
}

/** Marks a break-glass deployment as reviewed. */
export async function reviewBreakGlass(...args: Parameters<typeof deploying.reviewBreakGlass>) {
  return (await loadDeployments()).reviewBreakGlass(...args);
}

/** What differs between what is deployed, its commit, a ref and the files on disk. */
export async function environmentDrift(...args: Parameters<typeof drifting.environmentDrift>) {
  return (await import('./wiring/deploy-drift.ts')).environmentDrift(...args);
}

/** Runs the policy tests of a repository against its policies as they stand. */
export async function testPolicies(...args: Parameters<typeof approving.testPolicies>) {
  return (await import('./wiring/plan-approvals.ts')).testPolicies(...args);
}
