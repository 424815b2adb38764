import { readFileSync } from 'node:fs';

/**
 * The figures of the purchase history under the two campaigns of campaigns/cdnow, worked out from docs/semantics.md alone:
 * no state machine, no timers, nothing of src/. A customer's purchases are sorted, and what follows each is read off the gap
 * to the next one.
 *
 * `win-back` (R4: reentry afterExit, whileLive restart; R2: 30 days are 720 hours): every purchase is an entry, for it
 * either restarts the live one or comes after its end. Its message is due 30 days later and goes out unless another purchase
 * lies before that or at exactly that instant (events come before timers). `thank-you` (R4: once): the first purchase.
 */
export interface Recount {
  readonly users: number;
  readonly purchases: number;
  readonly thankYou: {
    readonly entries: number;
    readonly completed: number;
    /** Later purchases: refused, as `already_entered` or, at the instant of the first, as `live`. */
    readonly refused: number;
    /** With consent to e-mail, and without. */
    readonly sent: { readonly email: number; readonly inbox: number };
  };
  readonly winBack: {
    readonly entries: number;
    readonly restarted: number;
    readonly completed: number;
    /** Entered, not yet due at the end. */
    readonly waiting: number;
    readonly sent: number;
    /** `YYYY-MM` of the send, UTC → messages. */
    readonly sentByMonth: Readonly<Record<string, number>>;
    /** Items of the purchases that the messages name: tells which of a day's purchases came last. */
    readonly itemsNamed: number;
  };
}

interface Row {
  readonly customer: string;
  readonly id: string;
  readonly atMs: number;
  readonly items: number;
}

const THIRTY_DAYS_MS = 30 * 24 * 60 * 60 * 1000;
/** Every twelfth customer has asked for e-mail; the table of customers says so. */
const NEWSLETTER_EVERY = 12;

/** Counts up to and including `untilMs`; every purchase must lie before or at it. */
export function recount(historyPath: string, untilMs: number): Recount {
  const byCustomer = Map.groupBy(readRows(historyPath), (row) => row.customer);
  const winBack = { entries: 0, restarted: 0, completed: 0, waiting: 0, itemsNamed: 0 };
  const sentByMonth: Record<string, number> = {};
  const thanks = { email: 0, inbox: 0 };
  for (const [customer, rows] of byCustomer) {
    thanks[Number(customer) % NEWSLETTER_EVERY === 0 ? 'email' : 'inbox'] += 1;
    rows.sort(atOneInstant);
    for (const [index, row] of rows.entries()) {
      const dueMs = row.atMs + THIRTY_DAYS_MS;
      const next = rows[index + 1];
      winBack.entries += 1;
      if (next !== undefined && next.atMs <= dueMs) winBack.restarted += 1;
      else if (dueMs > untilMs) winBack.waiting += 1;
      else {
        const month = new Date(dueMs).toISOString().slice(0, 7);
        sentByMonth[month] = (sentByMonth[month] ?? 0) + 1;
        winBack.completed += 1;
        winBack.itemsNamed += row.items;
      }
    }
  }
  const users = byCustomer.size;
  const purchases = winBack.entries;
  return {
    users,
    purchases,
    thankYou: { entries: users, completed: users, refused: purchases - users, sent: thanks },
    winBack: { ...winBack, sent: winBack.completed, sentByMonth: sorted(sentByMonth) },
  };
}

/** The instant of the last purchase, epoch milliseconds. */
export function lastPurchaseMs(historyPath: string): number {
  return Math.max(...new Set(readRows(historyPath).map((row) => row.atMs)));
}

/** Columns by position, so that nothing is shared with the converter under test. The header is line 1. */
function readRows(path: string): Row[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  const rows: Row[] = [];
  for (let line = 2; line <= lines.length; line += 1) {
    const [customer, date, items] = (lines[line - 1] ?? '').trim().split(/ +/);
    if (!customer || !date || !items) continue;
    const atMs = Date.UTC(Number(date.slice(0, 4)), Number(date.slice(4, 6)) - 1, Number(date.slice(6, 8)));
    rows.push({ customer, id: String(line), atMs, items: Number(items) });
  }
  return rows;
}

/** Events at one instant come by source, then id; ids are text, so line 10 comes before line 9. */
function atOneInstant(a: Row, b: Row): number {
  return a.atMs - b.atMs || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

function sorted(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}
