import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Gauge, Registry } from 'prom-client';

/** The figures behind /metrics; labels are names of channels, states and codes, never of people. */
export interface MetricsSnapshot {
  readonly isActive: boolean;
  readonly generation: number;
  readonly users: number;
  readonly due: number;
  readonly mailbox: number;
  readonly busDepth: number;
  readonly sends: Readonly<Record<string, number>>;
  readonly outbox: Readonly<Record<string, number>>;
  readonly counters: Readonly<Record<string, number>>;
  readonly deadLetters: Readonly<Record<string, number>>;
  /** Stages that the followed ref or record has reached, with the reason of each. */
  readonly conditions: readonly { readonly type: string; readonly reason: string }[];
  /** Break-glass deployments that nobody has reviewed. */
  readonly unreviewed: number;
}

/** Text of /metrics for Prometheus, read anew at every scrape. */
export function createMetrics(read: () => Promise<MetricsSnapshot>) {
  const registry = new Registry();
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `mka_${name}`, help, labelNames, registers: [registry] });
  const single = {
    active: gauge('active', '1 while this process owns partitions'),
    generation: gauge('release_generation', 'Activation that decisions are made under'),
    users: gauge('users', 'Users with stored state'),
    due: gauge('users_due', 'Users with a timer due'),
    mailbox: gauge('mailbox_inputs', 'Inputs that the store keeps for its users'),
    unreviewed: gauge('deployments_unreviewed', 'Break-glass deployments that nobody has reviewed'),
    busDepth: gauge('bus_messages', 'Inputs queued and not yet decided'),
  };
  const reconcile = gauge('reconcile_condition', 'Stages of what is followed, 1 each', ['type', 'reason']);
  const labelled = {
    sends: gauge('sends', 'Messages in the ledger', ['state']),
    outbox: gauge('outbox_messages', 'Messages planned or under way', ['channel']),
    counters: gauge('decisions', 'Decisions since the state began', ['reason']),
    deadLetters: gauge('dead_letters', 'Inputs set aside since the state began', ['code']),
  };
  const lag = gauge('event_loop_lag_seconds', '99th percentile since the last scrape');
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  return {
    contentType: registry.contentType,
    text: async (): Promise<string> => {
      const snapshot = await read();
      for (const [name, one] of Object.entries(single)) one.set(Number(snapshot[name as keyof MetricsSnapshot] ?? 0));
      single.active.set(snapshot.isActive ? 1 : 0);
      fill(labelled.sends, 'state', snapshot.sends);
      fill(labelled.outbox, 'channel', snapshot.outbox);
      fill(labelled.counters, 'reason', snapshot.counters);
      fill(labelled.deadLetters, 'code', snapshot.deadLetters);
      reconcile.reset();
      for (const { type, reason } of snapshot.conditions) reconcile.set({ type, reason }, 1);
      lag.set(Math.max(0, delay.percentile(99) / 1e9 - 0.01));
      delay.reset();
      return registry.metrics();
    },
    close: () => delay.disable(),
  };
}

function fill(gauge: Gauge, label: string, values: Readonly<Record<string, number>>): void {
  gauge.reset();
  for (const [value, count] of Object.entries(values)) gauge.set({ [label]: value }, count);
}
