import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { initRepository } from '../../src/engine/wiring/init.ts';

/**
 * A repository of `mka init --example` with campaigns and templates up to a number of objects, committed; then a change to
 * `changed` of its campaigns on a branch.
 */
export function createRepository(dir: string, objects: number, changed: number): { readonly objects: number } {
  initRepository(dir, { example: true, ci: 'none' });
  const pairs = Math.floor((objects - 15) / 2);
  for (let number = 0; number < pairs; number += 1) {
    write(dir, `campaigns/many/${number % 50}/promo-${number}.campaign.yaml`, campaign(number, 50));
    write(dir, `campaigns/many/${number % 50}/promo-${number}.template.yaml`, template(number));
  }
  git(dir, 'init', '--quiet');
  git(dir, 'add', '--all');
  git(dir, 'commit', '--quiet', '--message', 'first');
  git(dir, 'switch', '--quiet', '--create', 'change');
  for (let number = 0; number < changed; number += 1)
    write(dir, `campaigns/many/${number % 50}/promo-${number}.campaign.yaml`, campaign(number, 60));
  git(dir, 'commit', '--quiet', '--all', '--message', 'change');
  return { objects: 15 + pairs * 2 };
}

function write(dir: string, path: string, text: string): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), text);
}

function git(dir: string, ...args: readonly string[]): void {
  const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', '-c', 'init.defaultBranch=main'];
  execFileSync('git', [...author, ...args], { cwd: dir, stdio: ['ignore', 'ignore', 'inherit'] });
}

function campaign(number: number, priority: number): string {
  return `apiVersion: mka/v1
kind: Campaign
metadata: {name: promo-${number}, owner: team-${number % 20}, labels: {team: t${number % 20}}}
spec:
  state: active
  class: marketing
  topic: promo
  priority: ${priority}
  trigger: {event: order.created, where: event.data.amount_minor >= ${1000 + number}}
  entry: {key: event.data.order_id, reentry: once}
  audience: {where: 'user.city in ["Shenzhen", "Dongguan", "c${number}"]'}
  exit: [{event: order.paid, where: event.data.order_id == entry.data.order_id}]
  steps:
    - {id: pause, wait: {after: {$var: tip_after}}}
    - {id: rich, branch: [{when: entry.data.amount_minor > ${5000 + number}, next: send}, {next: done}]}
    - {id: send, send: {template: promo-${number}, via: [outbox]}}
    - {id: done, exit: {}}
`;
}

function template(number: number): string {
  return `apiVersion: mka/v1
kind: Template
metadata: {name: promo-${number}, owner: team-${number % 20}}
spec:
  type: text
  inputs:
    surname: {type: string, from: user.surname, default: customer}
    order_id: {type: string, from: entry.data.order_id}
  content:
    default:
      body: "Dear {{ surname }}, order {{ order_id }} and offer ${number}."
`;
}
