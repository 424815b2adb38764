import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Stage } from './stage.ts';

const CAMPAIGNS = resolve(import.meta.dirname, '..', '..', 'campaigns');

/** The folder of the demo's copy of the example repository, as commands name it. */
export const SHOP = 'shop';

/** Copies a repository to where the demo may write. Folders of other repositories and of state stay behind. */
export function copyRepository(from: string, to: string): void {
  cpSync(from, to, {
    recursive: true,
    filter: (path) => path === from || (basename(path) !== '.mka' && !existsSync(join(path, 'mka.yaml'))),
  });
}

/** The example repository, with an environment for each act: any free port, state in its own folder. */
export function prepareShop({ dir }: Stage): void {
  copyRepository(CAMPAIGNS, join(dir, SHOP));
  for (const environment of ['story', 'live']) addEnvironment(join(dir, SHOP), environment);
}

/** Declares an environment in a repository. */
export function addEnvironment(repository: string, name: string): void {
  mkdirSync(join(repository, 'envs'), { recursive: true });
  writeFileSync(
    join(repository, 'envs', `${name}.environment.yaml`),
    `apiVersion: mka/v1\nkind: Environment\nmetadata: {name: ${name}}\nspec: {http: {port: 0}, dataDir: .mka/${name}}\n`,
  );
}

/** An event of the shop as a CloudEvent, one line of JSON. */
export function shopEvent(
  type: 'order.created' | 'order.paid',
  { order, user, atMs }: { readonly order: string; readonly user: string; readonly atMs: number },
): string {
  const data = { order_id: order, user_id: user, amount_minor: 19_900 };
  const id = `${order}-${type.slice('order.'.length)}`;
  return JSON.stringify({ specversion: '1.0', id, source: 'shop', type, time: new Date(atMs).toISOString(), data });
}

/** Writes lines to a file of the work folder. */
export function writeLines({ dir }: Stage, name: string, lines: readonly string[]): void {
  writeFileSync(join(dir, name), `${lines.join('\n')}\n`);
}

/** Adds rows to the shop's table of customers: id, surname, phone, email, openid, city, zone, accepts_ads. */
export function addCustomers({ dir }: Stage, rows: readonly (readonly string[])[]): void {
  appendFileSync(join(dir, SHOP, 'sources', 'customers.csv'), rows.map((row) => `${row.join(',')}\n`).join(''));
}

/** What a file channel has delivered in an environment. */
export function deliveredTo(dataDir: string, channel: string): { key: string; at: string; to: string; body: string }[] {
  const path = join(dataDir, `${channel}.ndjson`);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  // The last piece is empty, or a line that is being written.
  return lines.slice(0, -1).map((line) => JSON.parse(line));
}
