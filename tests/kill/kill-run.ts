import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { decodeRecords } from '../../src/engine/adapters/state/sqlite/record-text.ts';
import { type DaemonProcess, startDaemonProcess } from './daemon-process.ts';
import { writeRepository } from './repository.ts';
import { startSmtpLog } from './smtp-log.ts';

/** Orders of a run: every fourth is paid a millisecond after it was created. */
export interface KillRunOptions {
  readonly root: string;
  readonly orders: number;
  readonly kills: number;
  /** Chooses the instants of the kills. */
  readonly seed: number;
  /** Orders a second, so that they flow in while the daemon dies and comes back. */
  readonly ordersPerSecond: number;
  readonly say?: (line: string) => void;
}

/** What the receivers, the ledger and the records say when all is done. */
export interface KillRunResult {
  readonly kills: number;
  readonly seconds: number;
  /** Keys in the file channel's own file, in its order. */
  readonly fileKeys: readonly string[];
  /** Keys that the mail server has taken, in its order. */
  readonly mailKeys: readonly string[];
  /** Ledger rows: key → state. */
  readonly ledger: ReadonlyMap<string, string>;
  /** Messages to the class III channel that were `dispatching` when the daemon was killed, summed over the kills. */
  readonly inFlightAtKills: number;
  /** Enrollments entered and ended by reason, counted from the decision records. */
  readonly entered: number;
  readonly ended: Readonly<Record<string, number>>;
  /** Keys of `planned` decision records: what `explain` tells from. */
  readonly explained: ReadonlySet<string>;
}

const BATCH = 50;
const USERS_PER_ORDER = 0.25;

/** Runs the real daemon over HTTP-posted orders and kills it at random instants. */
export async function killRun(options: KillRunOptions): Promise<KillRunResult> {
  const { root, orders, kills } = options;
  const smtp = await startSmtpLog();
  const httpPort = await freePort();
  const users = Math.max(2, Math.round(orders * USERS_PER_ORDER));
  await writeRepository(root, users, { smtp: smtp.port, http: httpPort });
  const startedMs = performance.now();
  let daemon = await startDaemonProcess(root, httpPort);
  const posting = postOrders(options, users, httpPort);
  let inFlightAtKills = 0;
  const random = randomOf(options.seed);
  for (let kill = 1; kill <= kills; kill += 1) {
    await pause(50 + random() * 950);
    await daemon.kill();
    inFlightAtKills += inFlight(root);
    daemon = await startDaemonProcess(root, httpPort);
    if (kill % 10 === 0) options.say?.(`${kill} kills`);
  }
  await posting;
  await untilDone(root, daemon);
  const seconds = (performance.now() - startedMs) / 1000;
  await smtp.close();
  return { kills, seconds, fileKeys: await fileKeys(root), mailKeys: smtp.keys, inFlightAtKills, ...readStore(root) };
}

/** Posts every batch until it is answered: an unanswered one is sent again, as a producer does. */
async function postOrders(options: KillRunOptions, users: number, port: number): Promise<void> {
  const batchPauseMs = (BATCH / options.ordersPerSecond) * 1000;
  const token = (await readFile(join(options.root, '.mka/kill/token'), 'utf8')).trim();
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/cloudevents-batch+json' };
  const startedMs = performance.now();
  for (let first = 0; first < options.orders; first += BATCH) {
    const body = JSON.stringify(eventsOf(first, Math.min(first + BATCH, options.orders), users));
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}/v1/events`, { method: 'POST', headers, body }).catch(
        () => null,
      );
      const text = await answer?.text().catch(() => null);
      if (answer?.status === 202 && typeof text === 'string') break;
      if (answer && answer.status < 500) throw new Error(`orders were refused: ${answer.status} ${text}`);
      await pause(20);
    }
    await pause(startedMs + (first / BATCH + 1) * batchPauseMs - performance.now());
  }
}

function eventsOf(from: number, to: number, users: number): unknown[] {
  const at = Date.now();
  const events: unknown[] = [];
  for (let order = from; order < to; order += 1) {
    const data = { order_id: `o${order}`, user_id: `u${order % users}` };
    const base = { specversion: '1.0', source: 'shop', data };
    events.push({ ...base, id: `created-${order}`, type: 'order.created', time: new Date(at).toISOString() });
    if (order % 4 === 3) {
      events.push({ ...base, id: `paid-${order}`, type: 'order.paid', time: new Date(at + 1).toISOString() });
    }
  }
  return events;
}

function inFlight(root: string): number {
  return withStore(root, (db) => {
    const row = db.prepare("SELECT count(*) AS n FROM sends WHERE state = 'dispatching' AND channel = 'email'").get();
    return Number(row?.['n']);
  });
}

/** Waits until nothing is due, queued or on its way, then stops the daemon as an operator does. */
async function untilDone(root: string, daemon: DaemonProcess): Promise<void> {
  const isOpen = (db: DatabaseSync) =>
    Number(
      db
        .prepare(
          `SELECT (SELECT count(*) FROM users WHERE due_at IS NOT NULL) + (SELECT count(*) FROM mailbox)
             + (SELECT count(*) FROM sends WHERE state IN ('planned', 'dispatching')) AS n`,
        )
        .get()?.['n'],
    ) > 0;
  const giveUp = performance.now() + 120_000;
  for (let quiet = 0; quiet < 5; ) {
    if (performance.now() > giveUp) throw new Error('the daemon did not come to rest');
    await pause(200);
    quiet = withStore(root, isOpen) || queued(root) > 0 ? 0 : quiet + 1;
  }
  const code = await daemon.stop();
  if (code !== 0) throw new Error(`the daemon ended with ${code}`);
}

function queued(root: string): number {
  const db = new DatabaseSync(join(root, '.mka/kill/bus.db'), { readOnly: true });
  try {
    return Number(db.prepare('SELECT depth AS n FROM position').get()?.['n']);
  } finally {
    db.close();
  }
}

async function fileKeys(root: string): Promise<string[]> {
  const text = await readFile(join(root, '.mka/kill/wechat.ndjson'), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { key: string }).key);
}

function readStore(root: string): Pick<KillRunResult, 'ledger' | 'entered' | 'ended' | 'explained'> {
  return withStore(root, (db) => {
    const ledger = new Map<string, string>();
    for (const row of db.prepare('SELECT send_key, state FROM sends').iterate()) {
      ledger.set(String(row['send_key']), String(row['state']));
    }
    let entered = 0;
    const ended: Record<string, number> = {};
    const explained = new Set<string>();
    for (const row of db.prepare('SELECT body FROM records').iterate()) {
      for (const record of decodeRecords(String(row['body']))) {
        if (record.kind === 'entered') entered += 1;
        if (record.kind === 'ended') ended[record.reason] = (ended[record.reason] ?? 0) + 1;
        if (record.kind === 'planned') explained.add(record.sendKey);
      }
    }
    return { ledger, entered, ended, explained };
  });
}

function withStore<T>(root: string, read: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(join(root, '.mka/kill/state.db'), { readOnly: true });
  try {
    return read(db);
  } finally {
    db.close();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port is free');
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return address.port;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, Math.max(0, ms));
  });
}

/** mulberry32: enough to choose instants, and the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
