import type { Release } from '../../model/release.ts';
import type { BusDelivery } from '../../ports/bus.ts';
import type { CampaignPause, CommitRequest, CommitResult, MailboxItem } from '../../ports/state-store.ts';
import type { FoldContext } from '../history.ts';

interface Take {
  mail: readonly MailboxItem[];
  moreFromMs: number | null;
  watermarkMs: number;
  known: Set<string>;
}

/**
 * What one run of a daemon has been told: the answers that have reached it. From them follows what it knows when it
 * decides, without a look inside.
 */
export class Knowledge {
  readonly #batchSize: number;
  readonly #release: Release;
  #pauses: readonly CampaignPause[] = [];
  #full: ReadonlySet<string> = new Set();
  readonly #takes = new Map<number, Take>();

  constructor(batchSize: number, release: Release) {
    this.#batchSize = batchSize;
    this.#release = release;
  }

  /** An answer has reached the daemon. */
  learn(call: string, args: readonly unknown[], result: unknown): void {
    switch (call) {
      case 'store.pauses':
        this.#pauses = result as readonly CampaignPause[];
        return;
      case 'store.backlog':
        this.#full = this.#fullChannels(result as Readonly<Record<string, number>>);
        return;
      case 'store.mailbox':
        return this.#begin(args[0] as readonly number[], result as readonly MailboxItem[]);
      case 'bus.pull': {
        const take = this.#takeOf(args[0] as readonly number[]);
        const { moreFromMs } = result as { deliveries: readonly BusDelivery[]; moreFromMs: number | null };
        if (take) take.moreFromMs = moreFromMs;
        return;
      }
      case 'store.dueUsers': {
        const take = this.#takeOf(args[0] as readonly number[]);
        if (take) take.watermarkMs = this.#watermark(take, args[1] as number);
        return;
      }
      case 'store.commit': {
        const answer = result as CommitResult;
        const partitions = (args[0] as CommitRequest).changes.map(({ partition }) => partition);
        const take = this.#takeOf(partitions);
        if (take && answer.kind === 'duplicateSendKeys') for (const key of answer.keys) take.known.add(key);
      }
    }
  }

  /** What it knows as it sends a fold. */
  contextOf(request: CommitRequest, nodeNowMs: number): FoldContext {
    const take = this.#takeOf(request.changes.map(({ partition }) => partition));
    const nowMs = request.atMs;
    const paused = this.#pauses.filter(
      ({ pausedAtMs, untilMs }) => pausedAtMs <= nowMs && (untilMs === null || nowMs < untilMs),
    );
    return {
      pausedCampaigns: new Set(paused.map(({ campaign }) => campaign)),
      fullChannels: this.#full,
      watermarkMs: take?.watermarkMs ?? 0,
      knownSendKeys: new Set(take?.known),
      nodeNowMs,
    };
  }

  #begin(partitions: readonly number[], mail: readonly MailboxItem[]): void {
    const take: Take = { mail, moreFromMs: null, watermarkMs: 0, known: new Set() };
    for (const partition of partitions) this.#takes.set(partition, take);
  }

  #takeOf(partitions: readonly number[]): Take | undefined {
    return partitions[0] === undefined ? undefined : this.#takes.get(partitions[0]);
  }

  /** The instant before which every input is folded, as the question for due users shows it (R15). */
  #watermark({ mail, moreFromMs }: Take, beforeMs: number): number {
    if (beforeMs < 0) return 0;
    const last = mail.length === this.#batchSize ? mail.at(-1)?.input : undefined;
    const lastMs = last === undefined ? null : last.kind === 'event' ? last.event.receivedAtMs : last.atMs;
    return Math.min(moreFromMs ?? beforeMs + 1, lastMs ?? beforeMs + 1);
  }

  #fullChannels(backlog: Readonly<Record<string, number>>): ReadonlySet<string> {
    const channels = Object.values(this.#release.channels);
    return new Set(
      channels.filter(({ name, maxBacklog }) => (backlog[name] ?? 0) >= maxBacklog).map(({ name }) => name),
    );
  }
}
