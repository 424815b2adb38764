import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Seconds between an order and its reminder. */
export const WAIT_SECONDS = 2;

/** Users of the proof: even ones have WeChat (the file channel, class I), odd ones only e-mail (SMTP, class III). */
export function hasWechat(user: number): boolean {
  return user % 2 === 0;
}

/** Writes the campaign repository that the daemon under test runs; ports as given. */
export async function writeRepository(
  root: string,
  users: number,
  ports: { readonly smtp: number; readonly http: number },
): Promise<void> {
  const rows = Array.from({ length: users }, (_, user) => {
    const openid = hasWechat(user) ? `wx-${user}` : '';
    return `u${user},Li,${openid},u${user}@example.com`;
  });
  const files: Record<string, string> = {
    'mka.yaml': `${head('Project', 'shop')}spec: {zone: UTC, currency: CNY, users: {table: customers}}\n`,
    'sources/shop.source.yaml': `${head('Source', 'shop')}spec:
  type: events
  events:
    order.created: {user: data.user_id, fields: {order_id: {type: string, required: true}, user_id: {type: string, required: true}}}
    order.paid: {user: data.user_id, fields: {order_id: {type: string, required: true}, user_id: {type: string, required: true}}}
`,
    'sources/customers.source.yaml': `${head('Source', 'customers')}spec:
  type: table
  key: id
  from: {csv: customers.csv}
  fields: {id: {type: string}, surname: {type: string, pii: name}, openid: {type: string, pii: id}, email: {type: string, pii: email}}
`,
    'sources/customers.csv': `id,surname,openid,email\n${rows.join('\n')}\n`,
    'channels/wechat.channel.yaml': `${head('Channel', 'wechat')}spec: {type: file, path: wechat.ndjson, address: user.openid}\n`,
    'channels/email.channel.yaml': `${head('Channel', 'email')}spec:
  {type: email, host: 127.0.0.1, port: ${ports.smtp}, tls: none, from: Shop <shop@example.com>, address: user.email,
   receiptTimeout: 3s, retry: {attempts: 5, backoff: [1s, 2s]}}
`,
    'campaigns/reminder/reminder.campaign.yaml': `${head('Campaign', 'reminder', 'owner: growth')}spec:
  state: active
  class: marketing
  trigger: {event: order.created}
  entry: {key: event.data.order_id, reentry: once}
  exit: [{event: order.paid, where: event.data.order_id == entry.data.order_id}]
  steps:
    - {id: soon, wait: {after: ${WAIT_SECONDS}s}}
    - {id: remind, send: {template: reminder, via: [wechat, email]}}
    - {id: done, exit: {}}
`,
    'campaigns/reminder/reminder.template.yaml': `${head('Template', 'reminder')}spec:
  type: text
  inputs: {surname: {type: string, from: user.surname}, order: {type: string, from: entry.data.order_id}}
  content: {default: {subject: Your order, body: "Dear {{ surname }}, order {{ order }} is unpaid."}}
`,
    'envs/kill.environment.yaml': `${head('Environment', 'kill')}spec: {store: {type: sqlite}, http: {port: ${ports.http}}, dataDir: .mka/kill}\n`,
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

function head(kind: string, name: string, more = ''): string {
  return `apiVersion: mka/v1\nkind: ${kind}\nmetadata: {name: ${name}${more ? `, ${more}` : ''}}\n`;
}
