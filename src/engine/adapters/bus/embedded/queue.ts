import { MkaError } from '../../../kernel/mka-error.ts';
import type { Connection } from '../../sqlite-worker/connection.ts';

/** Messages as they cross threads, column by column. */
export interface PublishArgs {
  readonly partitions: readonly number[];
  readonly receivedAtMs: readonly number[];
  readonly bodies: readonly string[];
  readonly maxDepth: number;
}

export function publish(db: Connection, { partitions, receivedAtMs, bodies, maxDepth }: PublishArgs): void {
  const [lastTag, depth] = position(db);
  if (depth + bodies.length > maxDepth) {
    throw new MkaError('bus/full', `the queues hold ${depth} messages and take at most ${maxDepth}`, {
      hint: 'publish again later; nothing of this batch was taken',
    });
  }
  const insert = db.statement('INSERT INTO queue (tag, partition, received_at, body) VALUES (?, ?, ?, ?)');
  const highest = new Map<number, number>();
  for (const [i, body] of bodies.entries()) {
    const partition = partitions[i] as number;
    const tag = lastTag + i + 1;
    insert.run(tag, partition, receivedAtMs[i] as number, body);
    highest.set(partition, tag);
  }
  const mark = db.statement(
    'INSERT INTO high_water (partition, tag) VALUES (?, ?) ON CONFLICT (partition) DO UPDATE SET tag = excluded.tag',
  );
  for (const [partition, tag] of highest) mark.run(partition, tag);
  db.run('UPDATE position SET last_tag = ?, depth = ?', lastTag + bodies.length, depth + bodies.length);
}

export interface PullArgs {
  readonly partitions: readonly number[];
  /** As [partition, tag]. */
  readonly after: readonly (readonly [number, number])[];
  readonly limit: number;
}

export interface PullAnswer {
  readonly deliveries: readonly (readonly [tag: number, partition: number, receivedAtMs: number, body: string])[];
  readonly moreFromMs: number | null;
}

/** One walk in the order of publishing, beginning after the least of the tags already read. */
export function pull(db: Connection, { partitions, after, limit }: PullArgs): PullAnswer {
  if (partitions.length === 0) return { deliveries: [], moreFromMs: null };
  const read = new Map(after);
  const floors = partitions.map((partition) => read.get(partition) ?? 0);
  fillMarks(
    db,
    partitions.map((partition, i) => [partition, floors[i] ?? 0]),
  );
  const rows = db.rows<[number, number, number, string]>(
    `SELECT tag, partition, received_at, body FROM queue
     WHERE tag > ? AND tag > (SELECT mark.tag FROM temp.mark WHERE mark.partition = queue.partition)
     ORDER BY tag LIMIT ?`,
    Math.min(...floors),
    limit + 1,
  );
  return { deliveries: rows.slice(0, limit), moreFromMs: rows[limit]?.[2] ?? null };
}

/** One walk over what lies below the highest tag acknowledged. */
export function ack(db: Connection, upTo: readonly (readonly [partition: number, tag: number])[]): void {
  if (upTo.length === 0) return;
  fillMarks(db, upTo);
  const removed = db.run(
    `DELETE FROM queue
     WHERE tag <= ? AND tag <= (SELECT mark.tag FROM temp.mark WHERE mark.partition = queue.partition)`,
    Math.max(...upTo.map(([, tag]) => tag)),
  );
  if (removed > 0) db.run('UPDATE position SET depth = depth - ?', removed);
}

export function depth(db: Connection): number {
  return position(db)[1];
}

export function highWater(db: Connection): [partition: number, tag: number][] {
  return db.rows<[number, number]>('SELECT partition, tag FROM high_water ORDER BY partition');
}

function position(db: Connection): [lastTag: number, depth: number] {
  return db.row<[number, number]>('SELECT last_tag, depth FROM position') ?? [0, 0];
}

/** A table of the connection's own, in memory: comparing with it inside SQLite is far cheaper than row by row here. */
function fillMarks(db: Connection, marks: readonly (readonly [partition: number, tag: number])[]): void {
  db.exec('CREATE TEMP TABLE IF NOT EXISTS mark (partition INTEGER PRIMARY KEY, tag INTEGER NOT NULL)');
  db.run('DELETE FROM temp.mark');
  const insert = db.statement('INSERT INTO temp.mark (partition, tag) VALUES (?, ?)');
  for (const [partition, tag] of marks) insert.run(partition, tag);
}
