import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createFileChannel } from '../../../src/engine/adapters/channels/file/channel.ts';
import { KeyIndex } from '../../../src/engine/adapters/channels/file/key-index.ts';
import { openChannel } from '../../../src/engine/adapters/channels/open.ts';
import { createSecretResolver } from '../../../src/engine/adapters/secrets/resolve.ts';
import { sha256Hex } from '../../../src/engine/kernel/hash.ts';
import type { FileProvider } from '../../../src/engine/model/release.ts';
import type { ChannelPort } from '../../../src/engine/ports/channel.ts';
import { leapingClock, realClock } from './clock.ts';
import { emailChannel, fileChannel } from './definitions.ts';

const never = new AbortController().signal;
let dataDir: string;
let file: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'mka-file-'));
  file = join(dataDir, 'wechat.ndjson');
  return () => rmSync(dataDir, { recursive: true });
});

function open(provider: Partial<FileProvider> = {}, clock = leapingClock()): ChannelPort {
  const channel = createFileChannel(fileChannel('wechat.ndjson', provider), { dataDir, clock });
  onTestFinished(() => channel.close());
  return channel;
}

const messages = (...numbers: number[]) =>
  numbers.map((number) => ({
    sendKey: sha256Hex(`${number}`),
    address: `openid-${number}`,
    body: `message ${number}`,
  }));

async function kinds(channel: ChannelPort, ...numbers: number[]): Promise<string[]> {
  return (await channel.send(messages(...numbers), 1000, never)).map(({ kind }) => kind);
}

const lines = () => readFileSync(file, 'utf8').split('\n').slice(0, -1);
const control = (value: unknown) =>
  writeFileSync(`${file}.control.json`, typeof value === 'string' ? value : JSON.stringify(value));

describe('the file is the truth', () => {
  it('one line a message, as documented', async () => {
    const subject = 'Hi "you"\n';
    await open().send([{ ...messages(1)[0], subject } as never], 1000, never);
    const line = { key: sha256Hex('1'), at: '2024-01-01T00:00:00.000Z', to: 'openid-1', subject, body: 'message 1' };
    expect(lines()).toEqual([JSON.stringify(line)]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('a torn last line is cut off, and its message written again', async () => {
    await kinds(open(), 1, 2);
    truncateSync(file, statSync(file).size - 5);
    expect(await kinds(open(), 1, 2, 3)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(lines().map((line) => JSON.parse(line).body)).toEqual(['message 1', 'message 2', 'message 3']);
  });

  it('lines appended by others are known, lines that are not ours do no harm', async () => {
    const channel = open();
    await kinds(channel, 1);
    appendFileSync(file, `not json\n\n{"x":1}\n{ "body": "other order", "key": "${sha256Hex('2')}" }\n`);
    await kinds(channel, 1, 2, 3);
    expect(lines()).toHaveLength(6);
    expect(lines().at(-1)).toContain('message 3');
  });

  it('a file that was emptied or removed has forgotten its keys', async () => {
    const channel = open();
    await kinds(channel, 1, 2);
    truncateSync(file, 0);
    await kinds(channel, 1);
    expect(lines()).toHaveLength(1);
    rmSync(file);
    await kinds(channel, 1, 2, 3);
    expect(lines()).toHaveLength(3);
  });

  it('two processes that race for the same keys write each of them once', async () => {
    const script = `
      import { createFileChannel } from '${new URL('../../../src/engine/adapters/channels/file/channel.ts', import.meta.url)}';
      import { fileChannel } from '${new URL('./definitions.ts', import.meta.url)}';
      import { realClock } from '${new URL('./clock.ts', import.meta.url)}';
      import { sha256Hex } from '${new URL('../../../src/engine/kernel/hash.ts', import.meta.url)}';
      const channel = createFileChannel(fileChannel('wechat.ndjson'), { dataDir: process.argv[1], clock: realClock });
      for (let batch = 0; batch < 100; batch += 1) {
        const some = Array.from({ length: 20 }, (_, at) => ({ sendKey: sha256Hex(String(batch * 20 + at)), address: 'a', body: 'b' }));
        const outcomes = await channel.send(some, 20000, new AbortController().signal);
        if (outcomes.some(({ kind }) => kind !== 'accepted')) process.exitCode = 1;
      }
      await channel.close();`;
    const racers = [1, 2, 3].map(() =>
      spawn(process.execPath, ['--input-type=module-typescript', '-e', script, dataDir], { stdio: 'inherit' }),
    );
    const codes = await Promise.all(racers.map(async (racer) => (await once(racer, 'exit'))[0]));
    expect(codes).toEqual([0, 0, 0]);
    const keys = lines().map((line) => JSON.parse(line).key);
    expect(keys).toHaveLength(2000);
    expect(new Set(keys).size).toBe(2000);
  });

  it('batches that are sent at one time are all written', async () => {
    const channel = open();
    const all = await Promise.all(Array.from({ length: 100 }, (_, at) => kinds(channel, at, 50)));
    expect(all.flat()).toEqual(Array(200).fill('accepted'));
    expect(lines()).toHaveLength(100);
  });
});

describe('the provider’s part', () => {
  it('is the definition’s, by address first', async () => {
    const addresses = { 'openid-2': 'refuse', 'openid-3': 'throttle', 'openid-4': 'silent' } as const;
    const outcomes = await open({ addresses }).send(messages(1, 2, 3, 4), 1000, never);
    expect(outcomes).toEqual([
      { kind: 'accepted' },
      { kind: 'rejected', code: 'file/refused' },
      { kind: 'retry', code: 'file/throttled' },
      { kind: 'unknown', code: 'file/silent' },
    ]);
    expect(lines()).toHaveLength(1);
  });

  it('follows the control file while it runs, and the definition once that is gone', async () => {
    const channel = open({ behaviour: 'refuse' });
    expect(await kinds(channel, 1)).toEqual(['rejected']);
    control({ behaviour: 'accept', addresses: { 'openid-2': 'throttle' } });
    expect(await kinds(channel, 1, 2)).toEqual(['accepted', 'retry']);
    control({ addresses: { 'openid-3': 'accept' } });
    expect(await kinds(channel, 2, 3)).toEqual(['rejected', 'accepted']);
    rmSync(`${file}.control.json`);
    expect(await kinds(channel, 2)).toEqual(['rejected']);
  });

  it.each(['{', '[]', '{"behaviour":"explode"}', '{"delayMs":-1}', '{"addresses":{"a":"b"}}', 'null'])(
    'a control file %s leaves the last good part, and check says so',
    async (text) => {
      const channel = open();
      control({ behaviour: 'refuse' });
      await kinds(channel, 1);
      control(text);
      expect(await kinds(channel, 1)).toEqual(['rejected']);
      await expect(channel.check()).rejects.toMatchObject({ code: 'channel/unreachable' });
    },
  );

  it('a delay passes on the clock; beyond the deadline there was no answer, though the message is there', async () => {
    const clock = leapingClock(0);
    const channel = open({ delayMs: 700 }, clock);
    expect(await kinds(channel, 1)).toEqual(['accepted']);
    expect(clock.now()).toBe(700);
    const outcomes = await channel.send(messages(2), 500, never);
    expect(outcomes).toEqual([{ kind: 'unknown', code: 'file/timeout' }]);
    expect(clock.now()).toBe(1200);
    expect(lines()).toHaveLength(2);
  });

  it('silence lasts to the deadline by the clock, no longer when aborted', async () => {
    const clock = leapingClock(0);
    const channel = open({ behaviour: 'silent', delayMs: 300 }, clock);
    expect(await channel.send(messages(1), 1000, never)).toEqual([{ kind: 'unknown', code: 'file/silent' }]);
    expect(clock.now()).toBe(1000);
    const real = open({ behaviour: 'silent' }, realClock);
    const stop = new AbortController();
    const sending = real.send(messages(1), 60_000, stop.signal);
    stop.abort();
    expect(await sending).toEqual([{ kind: 'unknown', code: 'file/silent' }]);
  });
});

it('a path that leads out of the data directory is refused', () => {
  symlinkSync(tmpdir(), join(dataDir, 'link'));
  for (const path of ['../x.ndjson', '/tmp/x.ndjson', '.', '', 'a/../../x', 'link/x.ndjson']) {
    expect(() => createFileChannel(fileChannel(path), { dataDir, clock: realClock }), path).toThrow(
      expect.objectContaining({ code: 'channel/path-outside' }),
    );
  }
});

it('the index knows exactly the keys it was given', () => {
  const index = new KeyIndex();
  const keys = Array.from({ length: 20_000 }, (_, at) =>
    at % 3 === 0 ? `key ${at}` : at % 3 === 1 ? sha256Hex(`${at}`) : at.toString(16).padStart(64, '0'),
  );
  for (const key of keys) expect(index.add(key)).toBe(true);
  for (const key of keys) expect(index.add(key)).toBe(false);
  expect(index.size).toBe(keys.length);
  expect(keys.every((key) => index.has(key) && !index.has(`${key}x`) && !index.has(sha256Hex(`no ${key}`)))).toBe(true);
});

it('a channel is opened by its provider’s type', async () => {
  const environment = { dataDir, clock: realClock, secrets: createSecretResolver({}, '/') };
  expect((await openChannel(fileChannel('a.ndjson'), environment)).deliveryClass).toBe('I');
  expect((await openChannel(emailChannel(25), environment)).deliveryClass).toBe('III');
});
