import { type DeploymentStatus, type EnvironmentStatus, environmentStatus } from '../engine/index.ts';
import { BaseCommand, envFlag } from '../ui/base-command.ts';
import { conditionJson, deploymentLines, lockJson, recordJson } from '../ui/deployment-text.ts';
import { instant } from '../ui/instant.ts';

type Status = EnvironmentStatus & DeploymentStatus & { readonly environment: string; readonly dataDir: string };

/** `mka status`: where an environment stands. */
export default class StatusCommand extends BaseCommand {
  static override summary = 'Show where an environment stands: release, daemons, backlog, messages, reasons.';
  static override examples = ['<%= config.bin %> status', '<%= config.bin %> status -e staging --json'];
  static override flags = { ...envFlag };

  async run(): Promise<void> {
    const { flags } = await this.parse(StatusCommand);
    const status = await environmentStatus({ dir: flags.dir, environment: flags.env });
    if (this.wantsJson) this.printJson(toJson(status));
    else this.print(toText(status));
  }
}

function toJson({ release, holders, pauses, conditions, unreviewed, lock, ...rest }: Status) {
  const { activatedAtMs = 0, ...active } = release ?? {};
  return {
    version: 1,
    ...rest,
    release: release && { ...active, activatedAt: instant(activatedAtMs) },
    conditions: conditions.map(conditionJson),
    unreviewed: unreviewed.map(recordJson),
    lock: lock && lockJson(lock),
    daemons: holders.map(({ holder, leases, expiresAtMs }) => ({ holder, leases, expiresAt: instant(expiresAtMs) })),
    pauses: pauses.map(({ campaign, reason, actor, pausedAtMs, untilMs }) => ({
      ...{ campaign, reason, actor, pausedAt: instant(pausedAtMs) },
      until: untilMs === null ? null : instant(untilMs),
    })),
  };
}

function toText(status: Status): string {
  const { release } = status;
  const lines = [
    row('environment', `${status.environment}  ${status.dataDir}`),
    row('release', release === null ? 'none is active' : releaseText(release)),
    ...Object.entries(release?.campaigns ?? {}).map(([name, state]) => row('', `${name}  ${state}`)),
    ...deploymentLines(status).map(([label, text]) => row(label, text)),
    row('daemons', status.holders.length === 0 ? 'none' : ''),
    ...status.holders.map(({ holder, leases }) => row('', `${holder}  ${leases} leases`)),
    row('users', `${status.users}, ${status.due} due now`),
    row('backlog', `${status.backlog} queued, ${status.mailbox} in the mailbox`),
    row('messages', counts(status.sends) || 'none'),
  ];
  const outbox = counts(status.outbox);
  if (outbox !== '') lines.push(row('outbox', outbox));
  lines.push(...pauseLines(status));
  lines.push(row('reasons', Object.keys(status.counters).length === 0 ? 'none' : ''));
  for (const [name, count] of Object.entries(status.counters)) lines.push(row('', `${name}  ${count}`));
  lines.push(row('dead letters', counts(status.deadLetters) || 'none'));
  return lines.join('\n');
}

function releaseText({ digest, generation, activatedAtMs, commit }: NonNullable<Status['release']>): string {
  const from = commit === null ? '' : `, commit ${commit.slice(0, 12)}`;
  return `${digest.replace('sha256:', '').slice(0, 12)}, generation ${generation}, active since ${instant(activatedAtMs)}${from}`;
}

function pauseLines({ pauses }: Status): string[] {
  return pauses.map(({ campaign, reason, actor, pausedAtMs, untilMs }) => {
    const until = untilMs === null ? '' : `, until ${instant(untilMs)}`;
    return row('paused', `${campaign} since ${instant(pausedAtMs)}${until} by ${actor}: ${reason}`);
  });
}

function row(label: string, text: string): string {
  return `${label.padEnd(13)}${text}`.trimEnd();
}

function counts(values: Readonly<Record<string, number>>): string {
  return Object.entries(values)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
