import type { Connection } from '../../sqlite-worker/connection.ts';

export function addCounters(db: Connection, counters: readonly (readonly [name: string, by: number])[]): void {
  for (const [name, by] of counters) {
    db.run(
      'INSERT INTO counters (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value',
      name,
      by,
    );
  }
}

export function counters(db: Connection): Record<string, number> {
  return Object.fromEntries(db.rows<[string, number]>('SELECT name, value FROM counters ORDER BY name'));
}
