/**
 * Turns the purchase history of campaigns/cdnow/data into what mka takes: events and a table of customers.
 *
 *   node scripts/demo/cdnow-events.ts HISTORY EVENTS.ndjson CUSTOMERS.csv
 *
 * A row becomes one CloudEvent: its id is its line number in the file (the header is line 1, so ids begin at 2; equal rows
 * are purchases of their own), it happened at 00:00:00Z of its date, its amount is in cents. The history knows no names and
 * no addresses: both are made up from the customer's number, and every twelfth customer has asked for e-mail.
 */
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { finished } from 'node:stream/promises';

/** One row of the history. */
export interface Purchase {
  /** Line of the file, the header being line 1. */
  readonly line: number;
  /** Five digits, leading zeros kept. */
  readonly customer: string;
  /** YYYY-MM-DD. */
  readonly date: string;
  readonly items: number;
  readonly amountMinor: number;
}

const ROW =
  /^ *(?<customer>\d{5}) +(?<y>\d{4})(?<m>\d{2})(?<d>\d{2}) +(?<items>\d+) +(?<dollars>\d+)\.(?<cents>\d{2})$/;

/** The rows of the history in the order of the file. Throws on a line that is not one. */
export function* readPurchases(text: string): Generator<Purchase> {
  const lines = text.split(/\r?\n/);
  for (const [index, row] of lines.entries()) {
    if (index === 0 || row === '') continue;
    const found = ROW.exec(row)?.groups;
    if (found === undefined) throw new Error(`line ${index + 1} is not a purchase: ${row}`);
    const { customer = '', y, m, d, items, dollars, cents } = found;
    yield {
      line: index + 1,
      customer,
      date: `${y}-${m}-${d}`,
      items: Number(items),
      amountMinor: Number(`${dollars}${cents}`),
    };
  }
}

/** The purchase as a CloudEvent, one line of JSON. */
export function toEvent({ line, customer, date, items, amountMinor }: Purchase): string {
  return JSON.stringify({
    specversion: '1.0',
    id: String(line),
    source: 'cdnow',
    type: 'purchase.made',
    time: `${date}T00:00:00Z`,
    data: { customer_id: customer, items, amount_minor: amountMinor },
  });
}

const NAMES = [
  'Ari',
  'Bo',
  'Cleo',
  'Dani',
  'Eli',
  'Fay',
  'Gale',
  'Hani',
  'Ira',
  'Jo',
  'Kim',
  'Lou',
  'Mio',
  'Noa',
  'Ode',
];
/** One customer in so many has asked for e-mail: 1,964 of 23,570. */
const NEWSLETTER_EVERY = 12;

/** The line of a customer in the table `id,name,email,newsletter`. */
export function toCustomer(customer: string): string {
  const number = Number(customer);
  const hasAsked = number % NEWSLETTER_EVERY === 0;
  return `${customer},${NAMES[number % NAMES.length]},c${customer}@example.com,${hasAsked}`;
}

if (import.meta.main) {
  const [history, events, customers] = process.argv.slice(2);
  if (history === undefined || events === undefined || customers === undefined) {
    process.stderr.write('usage: node scripts/demo/cdnow-events.ts HISTORY EVENTS.ndjson CUSTOMERS.csv\n');
    process.exit(64);
  }
  const known = new Set<string>();
  const purchases = [...readPurchases(readFileSync(history, 'latin1'))];
  for (const { customer } of purchases) known.add(customer);
  await writeLines(events, purchases.map(toEvent));
  await writeLines(customers, ['id,name,email,newsletter', ...[...known].map(toCustomer)]);
  process.stdout.write(`${purchases.length} events, ${known.size} customers\n`);
}

async function writeLines(path: string, lines: readonly string[]): Promise<void> {
  const stream = createWriteStream(path);
  for (const line of lines) if (!stream.write(`${line}\n`)) await once(stream, 'drain');
  stream.end();
  await finished(stream);
}
