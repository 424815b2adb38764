import type {
  DeploymentLock,
  DeploymentRecord,
  DeploymentStatus,
  Drift,
  PastDeployment,
  ReconcileCondition,
} from '../engine/index.ts';
import { instant } from './instant.ts';

/** A digest as people see it. */
export function shortDigest(digest: string): string {
  return digest.replace('sha256:', '').slice(0, 12);
}

/** One line about a deployment that was just made. */
export function deployedText(record: DeploymentRecord): string {
  const { generation, environment, bundle, commit, kind, signature, approvals } = record;
  const from = commit === null ? '' : `, commit ${commit.slice(0, 12)}`;
  const signed = signature.keyId === '' ? 'not signed' : `signed by ${signature.keyId}`;
  const word = { deploy: 'deployed', rollback: 'rolled back', 'break-glass': 'deployed past its review' }[kind];
  const approved = approvals.length === 0 ? '' : `, approved by ${approvals.map(({ by }) => by).join(', ')}`;
  return `${environment} is ${word}: generation ${generation}, bundle ${shortDigest(bundle)}${from}${approved}, ${signed}`;
}

/** A record as --json prints it. */
export function recordJson({ atMs, approvals, formatVersion: _format, ...record }: DeploymentRecord) {
  return {
    ...record,
    at: instant(atMs),
    approvals: approvals.map(({ by, via, atMs: approvedAtMs }) => ({ by, via, at: instant(approvedAtMs) })),
  };
}

/** Deployments, newest first. */
export function historyText(past: readonly PastDeployment[]): string {
  if (past.length === 0) return 'nothing was deployed yet';
  return past.map(pastText).join('\n');
}

function pastText({ record, isActive, review, fault }: PastDeployment): string {
  const { generation, kind, atMs, commit, bundle, actor, approvals, reason, holds } = record;
  const mark = isActive ? '*' : ' ';
  const head = `${mark} ${String(generation).padStart(4)}  ${instant(atMs)}  ${kind.padEnd(11)}  ${(commit ?? bundle.replace('sha256:', '')).slice(0, 12)}  ${actor}`;
  const details = [
    approvals.length === 0 ? '' : `approved by ${approvals.map(({ by }) => by).join(', ')}`,
    reason === undefined ? '' : `because: ${reason}`,
    holds === undefined ? '' : `holds back ${shortDigest(holds)}`,
    kind !== 'break-glass' ? '' : review === null ? 'NOT REVIEWED' : `reviewed by ${review.by} ${instant(review.atMs)}`,
    fault === null ? '' : `NOT BELIEVED [${fault.reason}] ${fault.message}`,
  ].filter((text) => text !== '');
  return [head, ...details.map((text) => `        ${text}`)].join('\n');
}

export function pastJson({ record, isActive, review, fault }: PastDeployment) {
  return {
    ...recordJson(record),
    isActive,
    review: review && { by: review.by, at: instant(review.atMs) },
    fault,
  };
}

export function driftText({ deployed, lines, environment }: Drift & { readonly environment: string }): string {
  const what =
    deployed === null
      ? 'nothing is deployed'
      : `generation ${deployed.generation}, bundle ${shortDigest(deployed.bundle)}${deployed.commit === null ? '' : `, commit ${deployed.commit.slice(0, 12)}`}`;
  return [
    `${environment}: ${what}`,
    ...lines.map(({ what: kind, name, state, objects, error }) => {
      const details = state === 'differs' ? `: ${objects.join(', ')}` : state === 'invalid' ? `: ${error ?? ''}` : '';
      return `  ${state.padEnd(8)} ${kind.padEnd(10)} ${kind === 'commit' ? name.slice(0, 12) : name}${details}`;
    }),
  ].join('\n');
}

export function lockText({ holder, reason, takenAtMs, expiresAtMs }: DeploymentLock): string {
  return `${holder} holds the lock since ${instant(takenAtMs)}: ${reason}; without news it frees itself at ${instant(expiresAtMs)}`;
}

export function lockJson({ holder, reason, takenAtMs, expiresAtMs }: DeploymentLock) {
  return { holder, reason, takenAt: instant(takenAtMs), expiresAt: instant(expiresAtMs) };
}

/** A condition as --json prints it. */
export function conditionJson({ type, commit, atMs, reason, message }: ReconcileCondition) {
  return { type, commit, at: instant(atMs), reason, message };
}

/** What `mka status` says of deployments: label and text, the loud ones first. */
export function deploymentLines({ conditions, unreviewed, lock }: DeploymentStatus): [label: string, text: string][] {
  return [
    ...unreviewed.map(({ generation, actor, atMs, reason = '' }): [string, string] => [
      'BREAK-GLASS',
      `generation ${generation} by ${actor} ${instant(atMs)}: ${reason}; mka deployment review ${generation}`,
    ]),
    ...(lock === null ? [] : [['lock', lockText(lock)] as [string, string]]),
    ...conditions.map(({ type, atMs, reason, message }, index): [string, string] => [
      index === 0 ? 'following' : '',
      `${type.padEnd(8)}  ${instant(atMs)}  ${reason === 'ok' ? '' : `[${reason}] `}${message}`,
    ]),
  ];
}
