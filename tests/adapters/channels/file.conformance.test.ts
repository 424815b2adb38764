import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createFileChannel } from '../../../src/engine/adapters/channels/file/channel.ts';
import { CHANNEL_CASES, type ChannelFixture } from '../../../src/engine/ports/conformance/channel.ts';
import { leapingClock } from './clock.ts';
import { fileChannel } from './definitions.ts';

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function make(): Promise<ChannelFixture> {
  const dataDir = mkdtempSync(join(tmpdir(), 'mka-file-'));
  const file = join(dataDir, 'out/wechat.ndjson');
  mkdirSync(join(dataDir, 'out'));
  const clock = leapingClock();
  const open = () => {
    const port = createFileChannel(fileChannel('out/wechat.ndjson'), { dataDir, clock });
    closing.push(() => port.close());
    return port;
  };
  closing.push(async () => rmSync(dataDir, { recursive: true }));
  const port = open();
  return {
    port,
    clock,
    addresses: ['openid-1', 'openid-2', 'openid-3'],
    async delivered() {
      if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return [];
      const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
      return lines.map((line) => {
        const { key, to, subject, body } = JSON.parse(line);
        return { sendKey: key, address: to, subject, body };
      });
    },
    async play(part) {
      // A folder in the file's place cannot be written, not even by the superuser.
      if (part === 'gone') mkdirSync(file);
      else writeFileSync(`${file}.control.json`, JSON.stringify({ behaviour: part }));
    },
    async reopen() {
      await port.close();
      return open();
    },
  };
}

describe('the file channel keeps the promises of ChannelPort', () => {
  for (const promise of CHANNEL_CASES) {
    it(promise.name, async () => {
      await expect(promise.run(make)).resolves.toBeUndefined();
    });
  }
});
