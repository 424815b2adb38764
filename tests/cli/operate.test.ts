import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mka, type Ran } from '../daemon/running.ts';
import { createShop, type Shop } from '../daemon/shop.ts';

const SECRET = 'kanarienvogel-4711';
let shop: Shop;

/** `mka … --dir <shop>`, without a running daemon. */
function run(...args: string[]): Promise<Ran> {
  return mka([...args, '--dir', shop.dir], { env: { TEST_SMTP_PORT: '1', TEST_TOKEN: SECRET } });
}

async function runJson(...args: string[]): Promise<Record<string, unknown> & { version: number }> {
  const { stdout } = await run(...args, '--json');
  return JSON.parse(stdout);
}

beforeAll(() => {
  shop = createShop({ wait: '0s', quiet: false });
});
afterAll(() => shop.remove());

describe('before anything has run', () => {
  it('status and explain say so', async () => {
    expect(await run('status')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('error[environment/no-state]'),
    });
    expect((await run('explain', 'u1')).code).toBe(1);
  });

  it('another environment than the declared ones is refused', async () => {
    expect(await run('status', '-e', 'prdo')).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('error[environment/unknown]'),
    });
  });
});

describe('trigger', () => {
  it('queues without a daemon, and the next run acts on it', async () => {
    const data = JSON.stringify({ order_id: 'o1', phone: '+8613812345678' });
    const queued = await run(
      'trigger',
      'order.created',
      '--user',
      'u1',
      '--data',
      data,
      '--id',
      'e1',
      '--source',
      'shop',
    );
    expect(queued).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^queued order\.created e1 from shop, occurred 20/),
    });
    const ran = await run('run', '--once');
    expect([ran.code, ran.stdout]).toEqual([0, '']);
    expect(ran.stderr).toMatch(/mka runs environment dev, release [0-9a-f]{12}, generation 1\n/);
    expect(shop.lines('wechat')).toMatchObject([{ to: 'w-u1', body: 'Dear Li1, order o1 is waiting.' }]);
  });

  it.each([
    [['order.lost', '--user', 'u1'], 1, 'error[event/unknown-type]'],
    [['order.created', '--user', 'u1', '--data', '[1]'], 64, 'error[cli/data]'],
    [['order.created'], 64, 'error[cli/usage]'],
  ])('refuses %j with a code', async (args, code, said) => {
    expect(await run('trigger', ...args)).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(said) });
  });
});

describe('enroll', () => {
  it('queues a manual entry once for one request', async () => {
    const answer = await runJson('enroll', 'gift', '--user', 'u2', '--data', '{"size":1}', '--request-id', 'r1');
    expect(answer).toEqual({ version: 1, campaign: 'gift', user: 'u2', requestId: 'r1' });
    await run('enroll', 'gift', '--user', 'u2', '--data', '{"size":1}', '--request-id', 'r1');
    await run('run', '--once');
    expect((await runJson('status'))['counters']).toMatchObject({ entered: 2, duplicate: 1 });
  });
});

describe('pause and resume', () => {
  it('hold a campaign with a reason and let it go on', async () => {
    const paused = await runJson('pause', 'reminder', '--reason', 'wrong price', '--until', '2h');
    expect(paused).toMatchObject({ version: 1, campaign: 'reminder', reason: 'wrong price' });
    expect(Date.parse(String(paused['until'])) - Date.parse(String(paused['pausedAt']))).toBe(7_200_000);
    await run('trigger', 'order.created', '--user', 'u3', '--data', '{"order_id":"o3"}');
    await run('run', '--once');
    expect((await run('status')).stdout).toMatch(/paused {7}reminder since \S+, until \S+ by \S+: wrong price/);
    expect((await run('explain', 'u3')).stdout).toMatch(/not entered by \S+: campaign_paused\s+\[R14\]/);
    expect(await run('resume', 'reminder')).toMatchObject({ code: 0, stdout: 'reminder is resumed\n' });
    expect(await run('resume', 'reminder')).toMatchObject({ code: 0, stdout: 'reminder was not paused\n' });
  });
});

describe('explain', () => {
  it('tells the story with rule, file and line, personal data masked', async () => {
    const { code, stdout } = await run('explain', 'u1');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /remind: message planned on wechat, attempt 1 {2}\[R23\] {2}reminder\/reminder\.campaign\.yaml:13/,
    );
    expect(stdout).toContain('"phone":"***78"');
    expect(stdout).not.toContain('13812345678');
    expect((await run('explain', 'u1', '--show-personal-data')).stdout).toContain('+8613812345678');
    expect((await runJson('status'))['counters']).toMatchObject({ 'audit/personal_data_shown': 1 });
  });

  it('recomputes why a trigger did not match, with the values of the fields it reads', async () => {
    await run('trigger', 'order.created', '--user', 'u4', '--data', '{"order_id":"test"}', '--id', 'e4');
    await run('run', '--once');
    const told = await runJson('explain', 'u4', '--campaign', 'reminder');
    expect(told['notEntered']).toMatchObject([
      {
        campaign: 'reminder',
        reason: 'not_triggered',
        where: 'event.data.order_id != "test"',
        events: [{ eventId: 'e4', where: 'false', fields: { 'event.data.order_id': 'test' } }],
        file: 'reminder/reminder.campaign.yaml',
      },
    ]);
  });

  it('says of a stranger that nothing was received', async () => {
    const told = await runJson('explain', 'nobody');
    expect(told['story']).toEqual([]);
    expect(told['notEntered']).toMatchObject([{ reason: 'manual' }, { reason: 'no_event' }]);
  });
});

describe('doctor', () => {
  it('names what cannot be reached and ends with 69; a secret is present and unseen', async () => {
    shop.write(
      'envs/dev.environment.yaml',
      'apiVersion: mka/v1\nkind: Environment\nmetadata: {name: dev, owner: growth}\nspec:\n  http: {port: 0, token: {fromEnv: TEST_TOKEN}}\n',
    );
    const { code, stdout, stderr } = await run('doctor');
    expect(code).toBe(69);
    expect(stdout).toContain('secret http.token: present in environment variable TEST_TOKEN');
    expect(stdout).toMatch(/unreachable {3}channel email: channel\/unreachable/);
    expect(stdout).toMatch(/ok {12}table customers: 1006 rows/);
    expect(stdout + stderr).not.toContain(SECRET);
  });
});

describe('run', () => {
  it('refuses a host that others reach without a token, and flags of a replay without the virtual clock', async () => {
    shop.write(
      'envs/dev.environment.yaml',
      'apiVersion: mka/v1\nkind: Environment\nmetadata: {name: dev, owner: growth}\nspec:\n  http: {host: 0.0.0.0, port: 0}\n',
    );
    expect(await run('run', '--once')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('error[http/token-required]'),
    });
    expect((await run('run', '--events', 'x')).code).toBe(64);
    expect((await run('run', '--clock', 'virtual')).code).toBe(64);
  });
});
