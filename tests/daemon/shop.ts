import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What differs between the shops of the tests. */
export interface ShopOptions {
  /** Time from the order to the reminder. */
  readonly wait?: string;
  /** Channels of the reminder, in order. */
  readonly via?: string;
  /** Time before the channel wechat answers. */
  readonly delay?: string;
  readonly quiet?: boolean;
}

/** A small campaign repository in a folder of its own. */
export interface Shop {
  readonly dir: string;
  readonly dataDir: string;
  write(path: string, text: string): void;
  /** Lines that a file channel has written. */
  lines(
    channel: string,
  ): readonly { readonly key: string; readonly at: string; readonly to: string; readonly body: string }[];
  remove(): void;
}

/** An order that is not paid is reminded of: users u1 to u6 of the worked example S4, and w0 to w999. */
export function createShop({
  wait = '10m',
  via = '[wechat, sms]',
  delay = '0s',
  quiet = true,
}: ShopOptions = {}): Shop {
  const dir = mkdtempSync(join(tmpdir(), 'mka-shop-'));
  const dataDir = join(dir, '.mka', 'dev');
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  };
  write(
    'mka.yaml',
    object(
      'Project',
      'shop',
      `
  zone: Asia/Shanghai
  currency: CNY${quiet ? '\n  quietHours: {start: "22:00", end: "08:00"}' : ''}
  users: {table: customers}`,
    ),
  );
  write('envs/dev.environment.yaml', object('Environment', 'dev', '\n  http: {port: 0}'));
  write(
    'sources/orders.source.yaml',
    object(
      'Source',
      'orders',
      `
  type: events
  events:
    order.created: {user: data.user_id, fields: {order_id: {type: string, required: true}, user_id: {type: string, required: true, pii: id}, amount: {type: int}, phone: {type: string, pii: phone}}}
    order.paid: {user: data.user_id, fields: {order_id: {type: string, required: true}, user_id: {type: string, required: true}}}`,
    ),
  );
  write(
    'sources/customers.source.yaml',
    object(
      'Source',
      'customers',
      `
  type: table
  key: id
  from: {csv: customers.csv}
  fields: {id: {type: string}, surname: {type: string, pii: name}, wechat: {type: string}, phone: {type: string, pii: phone}, email: {type: string, pii: email}}`,
    ),
  );
  write('sources/customers.csv', customers());
  write(
    'lists/stop.list.yaml',
    object('List', 'stop', '\n  type: black\n  channels: [sms]\n  entries: [{user: u6, reason: asked}]'),
  );
  write(
    'channels/wechat.channel.yaml',
    object(
      'Channel',
      'wechat',
      `\n  type: file\n  path: wechat.ndjson\n  address: user.wechat\n  delay: ${delay}\n  addresses: {w-u6: refuse}`,
    ),
  );
  write(
    'channels/sms.channel.yaml',
    object('Channel', 'sms', '\n  type: file\n  path: sms.ndjson\n  address: user.phone'),
  );
  write(
    'channels/email.channel.yaml',
    object(
      'Channel',
      'email',
      `
  type: email
  host: 127.0.0.1
  port: {fromEnv: TEST_SMTP_PORT}
  tls: none
  from: Shop <shop@example.com>
  address: user.email
  retry: {attempts: 20, backoff: [200ms]}`,
    ),
  );
  write(
    'reminder/unpaid.template.yaml',
    object(
      'Template',
      'unpaid',
      `
  type: text
  inputs: {surname: {type: string, from: user.surname}, order: {type: string, from: entry.data.order_id}}
  content: {default: {subject: "Order {{ order }}", body: "Dear {{ surname }}, order {{ order }} is waiting."}}`,
    ),
  );
  write(
    'reminder/reminder.campaign.yaml',
    object(
      'Campaign',
      'reminder',
      `
  state: active
  class: marketing
  topic: promo
  trigger: {event: order.created, where: event.data.order_id != "test"}
  entry: {key: event.data.order_id, reentry: once}
  exit: [{event: order.paid, where: event.data.order_id == entry.data.order_id}]
  steps:
    - {id: wait, wait: {after: ${wait}}}
    - {id: remind, send: {template: unpaid, via: ${via}}}
    - {id: done, exit: {}}`,
    ),
  );
  write(
    'gift/gift.campaign.yaml',
    object(
      'Campaign',
      'gift',
      `
  state: active
  class: marketing
  topic: promo
  trigger: {manual: {fields: {size: {type: int, required: true}}}}
  steps:
    - {id: done, exit: {}}`,
    ),
  );
  const lines: Shop['lines'] = (channel) => {
    const text = read(join(dataDir, `${channel}.ndjson`));
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  };
  return { dir, dataDir, write, lines, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** A CloudEvent of the shop. */
export function orderEvent(
  type: 'created' | 'paid',
  order: string,
  user: string,
  time?: string,
  id = `${order}-${type}`,
) {
  const data = { order_id: order, user_id: user };
  return {
    specversion: '1.0',
    id,
    source: 'shop',
    type: `order.${type}`,
    ...(time === undefined ? {} : { time }),
    data,
  };
}

function object(kind: string, name: string, spec: string): string {
  return `apiVersion: mka/v1\nkind: ${kind}\nmetadata: {name: ${name}, owner: growth}\nspec:${spec}\n`;
}

function customers(): string {
  const rows = ['id,surname,wechat,phone,email'];
  for (const n of [1, 2, 3, 4, 5, 6])
    rows.push(`u${n},Li${n},${n === 5 ? '' : `w-u${n}`},+861380000000${n},u${n}@example.com`);
  for (let n = 0; n < 1_000; n += 1) rows.push(`w${n},Wang,w-w${n},+8613900000000,w${n}@example.com`);
  return `${rows.join('\n')}\n`;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
