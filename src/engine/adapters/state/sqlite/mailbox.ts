import type { Connection } from '../../sqlite-worker/connection.ts';
import type { MailRow } from './wire.ts';

/** A mailbox row as it crosses threads. */
export type MailboxRow = readonly [id: number, partition: number, input: string];

export function appendMail(db: Connection, mail: readonly MailRow[]): void {
  const insert = db.statement('INSERT INTO mailbox (partition, input) VALUES (?, ?)');
  for (const [partition, input] of mail) insert.run(partition, input);
}

/** The oldest rows of these partitions, in the order in which they were posted. */
export function readMailbox(
  db: Connection,
  { partitions, limit }: { readonly partitions: readonly number[]; readonly limit: number },
): MailboxRow[] {
  return db.rows<[number, number, string]>(
    `SELECT id, partition, input FROM mailbox
     WHERE partition IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT ?`,
    JSON.stringify(partitions),
    limit,
  );
}
