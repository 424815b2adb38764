import type { Edit } from '../example-repository.ts';

/** A repository with one fault: the edit of the good one, and the one finding that it must give. */
export interface Fault {
  readonly name: string;
  readonly edits: readonly Edit[];
  readonly code: string;
  /** File of the finding; default: the file of the first edit. */
  readonly file?: string;
  readonly line: number;
  readonly column: number;
  /** The text under the caret; left out where it is a place without text of its own. */
  readonly marks?: string;
  readonly severity?: 'warning';
  /** Environment that shows it; default: the files as they stand. */
  readonly environment?: string;
}

export const PROJECT = 'mka.yaml';
export const EVENTS = 'sources/shop-events.source.yaml';
export const CUSTOMERS = 'sources/customers.source.yaml';
export const CAMPAIGN = 'order-reminder/order-reminder.campaign.yaml';
export const SMALL = 'order-reminder-sms/order-reminder-sms.campaign.yaml';
export const TEMPLATE = 'order-reminder/unpaid-reminder.template.yaml';
export const COUPON = 'order-reminder/unpaid-coupon.template.yaml';
export const LIQUID = 'order-reminder/unpaid-reminder.liquid';
export const WECHAT = 'channels/wechat.channel.yaml';
export const EMAIL = 'channels/email.channel.yaml';
export const LIST = 'lists/blacklist.list.yaml';
export const DEV = 'envs/dev.environment.yaml';
export const TEST = 'order-reminder/order-reminder.test.yaml';
export const S4 = 'order-reminder-sms/order-reminder-sms.test.yaml';

/** A fault by one replacement in one file. */
export function fault(
  name: string,
  code: string,
  place: readonly [line: number, column: number, marks?: string],
  file: string,
  find: string,
  put: string,
  more: Partial<Fault> = {},
): Fault {
  const [line, column, marks] = place;
  return { name, code, line, column, ...(marks === undefined ? {} : { marks }), edits: [{ file, find, put }], ...more };
}

export const STEP = '    - {id: one-day, wait: {after: 1d}}';
export const DONE = '    - {id: done, exit: {}}';
