import type { PlanSigner, SignatureCheck } from '../signing.ts';
import { same, truth } from './claims.ts';

/** A signer and the means to make people and their keys. */
export interface PlanSignerFixture {
  readonly port: PlanSigner;
  /** A new key; its file, and its line for an allowed-signers text without the principals. */
  readonly key: () => Promise<{ readonly file: string; readonly line: string }>;
}

/** One promise of PlanSigner. `run` throws when it is broken. */
export interface PlanSignerCase {
  readonly name: string;
  readonly needs?: readonly never[];
  readonly run: (make: () => Promise<PlanSignerFixture>) => Promise<void>;
}

const DIGEST = `sha256:${'a'.repeat(64)}`;
const NOW_MS = Date.UTC(2026, 0, 5, 9);

const UNKNOWN: SignatureCheck = { ok: false, reason: 'unknown-key' };
const BAD: SignatureCheck = { ok: false, reason: 'bad-signature' };

const good = (principal: string): SignatureCheck => ({ ok: true, principal });

/** The promises of PlanSigner. */
export const PLAN_SIGNER_CASES: readonly PlanSignerCase[] = [
  {
    name: 'a signature is good for the principal whose key made it, whatever stands around in the file',
    async run(make) {
      const { port, key } = await make();
      const [ann, bob] = [await key(), await key()];
      const signature = await port.sign(DIGEST, ann.file);
      const signers = `# people\n\nbob@example.com ${bob.line}\nnonsense\nann@example.com ${ann.line} laptop\n`;
      same(await port.verify(DIGEST, signature, signers, NOW_MS), good('ann@example.com'));
      same(await port.verify(DIGEST, await port.sign(DIGEST, bob.file), signers, NOW_MS), good('bob@example.com'));
    },
  },
  {
    name: 'another text, however similar, is a bad signature',
    async run(make) {
      const { port, key } = await make();
      const ann = await key();
      const signature = await port.sign(DIGEST, ann.file);
      for (const text of [`${DIGEST}\n`, ` ${DIGEST}`, DIGEST.toUpperCase(), DIGEST.slice(0, -1), '']) {
        same(await port.verify(text, signature, `ann ${ann.line}`, NOW_MS), BAD);
      }
    },
  },
  {
    name: 'no signature, a broken one and one by a stranger are told apart',
    async run(make) {
      const { port, key } = await make();
      const [ann, eve] = [await key(), await key()];
      const signature = await port.sign(DIGEST, eve.file);
      const signers = `ann ${ann.line}`;
      for (const nothing of ['', ' \n']) {
        same(await port.verify(DIGEST, nothing, signers, NOW_MS), { ok: false, reason: 'unsigned' });
      }
      const middle = Math.floor(signature.length / 2);
      const flipped = `${signature.slice(0, middle)}${signature[middle] === 'A' ? 'B' : 'A'}${signature.slice(middle + 1)}`;
      for (const broken of [flipped, 'hello', signature.slice(0, middle), 'x'.repeat(1_000_000)]) {
        same(await port.verify(DIGEST, broken, `eve ${eve.line}`, NOW_MS), BAD);
      }
      same(await port.verify(DIGEST, signature, signers, NOW_MS), UNKNOWN);
      same(await port.verify(DIGEST, signature, '', NOW_MS), UNKNOWN);
      same(await port.verify(DIGEST, signature, `# eve ${eve.line}`, NOW_MS), UNKNOWN);
    },
  },
  {
    name: 'a key is good from its beginning to its end, both in UTC',
    async run(make) {
      const { port, key } = await make();
      const ann = await key();
      const signature = await port.sign(DIGEST, ann.file);
      const signers = `ann valid-after="20260105090000",valid-before="20260106090000" ${ann.line}`;
      const at = (atMs: number) => port.verify(DIGEST, signature, signers, atMs);
      same(await at(NOW_MS - 1000), UNKNOWN);
      same(await at(NOW_MS + 1000), good('ann'));
      same(await at(NOW_MS + 86_400_000 - 1000), good('ann'));
      same(await at(NOW_MS + 86_400_000 + 1000), UNKNOWN);
    },
  },
  {
    name: 'a key that may sign other things only is unknown here',
    async run(make) {
      const { port, key } = await make();
      const ann = await key();
      const signature = await port.sign(DIGEST, ann.file);
      const git = `ann namespaces="git,file" ${ann.line}`;
      same(await port.verify(DIGEST, signature, git, NOW_MS), UNKNOWN);
      same(await port.verify(DIGEST, signature, `ann namespaces="git,mka-plan" ${ann.line}`, NOW_MS), good('ann'));
      same(await port.verify(DIGEST, signature, `${git}\nann ${ann.line}`, NOW_MS), good('ann'));
    },
  },
  {
    name: 'a pattern names nobody, an authority vouches for nobody',
    async run(make) {
      const { port, key } = await make();
      const ann = await key();
      const signature = await port.sign(DIGEST, ann.file);
      for (const principals of ['*', '*@example.com', 'ann?', '!eve']) {
        same(await port.verify(DIGEST, signature, `${principals} ${ann.line}`, NOW_MS), UNKNOWN);
      }
      same(await port.verify(DIGEST, signature, `ann cert-authority ${ann.line}`, NOW_MS), UNKNOWN);
      same(await port.verify(DIGEST, signature, `*,ann ${ann.line}`, NOW_MS), good('ann'));
    },
  },
  {
    name: 'names and texts of any script',
    async run(make) {
      const { port, key } = await make();
      const ann = await key();
      const text = '计划 „ß“ 🙂';
      const signature = await port.sign(text, ann.file);
      same(await port.verify(text, signature, `王@例え.jp ${ann.line}`, NOW_MS), good('王@例え.jp'));
      truth(!signature.includes(text), 'the signature repeats the text');
    },
  },
];
