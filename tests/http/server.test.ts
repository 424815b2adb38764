import { describe, expect, it, onTestFinished } from 'vitest';
import type { HttpHandlers } from '../../src/engine/adapters/http/handlers.ts';
import { createHttpServer } from '../../src/engine/adapters/http/server.ts';
import { MkaError } from '../../src/engine/kernel/mka-error.ts';
import type { SubmittedEvent } from '../../src/engine/model/submission.ts';

const SETTINGS = { host: '127.0.0.1', port: 0, token: 'secret-token', isTokenConfigured: false };
const BEARER = { authorization: 'Bearer secret-token' };
const EVENT = { specversion: '1.0', id: '1', source: 's', type: 't' };

/** A server whose handlers remember what they were given. */
function open(handlers: Partial<HttpHandlers> = {}, settings = SETTINGS) {
  const taken: SubmittedEvent[] = [];
  const refused: string[] = [];
  const server = createHttpServer(settings, {
    events: async (events) => {
      taken.push(...events);
      return { accepted: events.length, refused: [] };
    },
    enroll: async () => ({ requestId: 'r1' }),
    refuse: async (code) => {
      refused.push(code);
    },
    down: async () => [],
    metrics: async () => ({ contentType: 'text/plain', text: 'mka_users 0' }),
    ...handlers,
  });
  onTestFinished(() => server.close());
  const post = (body: unknown, headers: Record<string, string> = {}, url = '/v1/events') =>
    server.app.inject({
      method: 'POST',
      url,
      headers: { ...BEARER, 'content-type': 'application/cloudevents+json', ...headers },
      payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
    });
  return { server, taken, refused, post };
}

describe('POST /v1/events', () => {
  it.each([
    ['a structured event', EVENT, { 'content-type': 'application/cloudevents+json; charset=utf-8' }],
    ['plain JSON', EVENT, { 'content-type': 'application/json' }],
  ])('takes %s', async (_name, body, headers) => {
    const { post, taken } = open();
    const answer = await post(body, headers);
    expect([answer.statusCode, answer.json()]).toEqual([202, { accepted: 1, refused: [] }]);
    expect(taken).toEqual([{ value: EVENT }]);
  });

  it('takes a batch', async () => {
    const { post, taken } = open();
    await post([EVENT, { ...EVENT, id: '2' }], { 'content-type': 'application/cloudevents-batch+json' });
    expect(taken).toEqual([{ value: EVENT }, { value: { ...EVENT, id: '2' } }]);
  });

  it('takes binary mode: attributes from headers, data from the body', async () => {
    const { post, taken } = open();
    const headers = {
      'ce-specversion': '1.0',
      'ce-id': 'a%20b',
      'ce-source': 's',
      'ce-type': 't',
      'content-type': 'application/json',
    };
    await post({ x: 1 }, headers);
    expect(taken).toEqual([{ value: { ...EVENT, id: 'a b', data: { x: 1 } } }]);
  });

  it('hands on what is no JSON or no UTF-8 as text, for intake to refuse', async () => {
    const { post, taken } = open();
    await post('{"a":');
    await post(Buffer.from([0x22, 0xff, 0x22]));
    expect(taken).toEqual([{ text: '{"a":' }, { text: '' }]);
  });

  it('measures each event of a large batch by itself', async () => {
    const { post, taken } = open();
    await post([EVENT, { ...EVENT, data: 'x'.repeat(300_000) }], { 'content-type': 'application/json' });
    expect(taken.map((one) => ('text' in one ? one.text.length > 262_144 : null))).toEqual([false, true]);
  });

  it.each([
    [400, ['event/invalid-json']],
    [422, ['event/unknown-type', 'event/invalid-json']],
  ])('answers %i when all is refused as %j', async (status, codes) => {
    const refused = codes.map((code, index) => ({ index, id: null, code, detail: '' }));
    const { post } = open({ events: async () => ({ accepted: 0, refused }) });
    const answer = await post(EVENT);
    expect([answer.statusCode, answer.json().refused.length]).toEqual([status, codes.length]);
  });

  it('answers 202 with the refused ones when some are taken', async () => {
    const refused = [{ index: 1, id: 'x', code: 'event/no-user', detail: 'd' }];
    const { post } = open({ events: async () => ({ accepted: 1, refused }) });
    const answer = await post([EVENT, {}]);
    expect([answer.statusCode, answer.json()]).toEqual([202, { accepted: 1, refused }]);
  });

  it('answers 413 to a body beyond the limit and counts it', async () => {
    const { post, refused } = open();
    const answer = await post(`"${'x'.repeat(8 * 1024 * 1024)}"`);
    expect([answer.statusCode, answer.json().error.code, refused]).toEqual([
      413,
      'event/too-large',
      ['event/too-large'],
    ]);
  });

  it('answers 503 with Retry-After when the queue is full', async () => {
    const { post } = open({ events: () => Promise.reject(new MkaError('bus/full', 'full')) });
    const answer = await post(EVENT);
    expect([answer.statusCode, answer.headers['retry-after'], answer.json().error.code]).toEqual([
      503,
      '1',
      'bus/full',
    ]);
  });

  it('answers 415 to another media type', async () => {
    expect((await open().post('x', { 'content-type': 'text/plain' })).statusCode).toBe(415);
  });

  it('tells a caller nothing of a bug', async () => {
    const { post } = open({ events: () => Promise.reject(new Error('at /home/someone/file.ts')) });
    const answer = await post(EVENT);
    expect([answer.statusCode, answer.body.includes('someone')]).toEqual([500, false]);
  });
});

describe('access', () => {
  it.each(['', 'Bearer wrong', 'Bearer secret-token2', 'Basic secret-token', 'Bearer '])(
    'refuses %j',
    async (authorization) => {
      const answer = await open().post(EVENT, { authorization });
      expect([answer.statusCode, answer.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    },
  );

  it('lets health, readiness and, near by, metrics be read without a token', async () => {
    const { server } = open();
    for (const url of ['/healthz', '/readyz', '/metrics']) {
      expect((await server.app.inject({ url, headers: { host: '127.0.0.1:7380' } })).statusCode).toBe(200);
    }
  });

  it('shows metrics to a foreign host name only with the token (DNS rebinding)', async () => {
    const { server } = open();
    const headers = { host: 'evil.example' };
    expect((await server.app.inject({ url: '/metrics', headers })).statusCode).toBe(401);
    expect((await server.app.inject({ url: '/metrics', headers: { ...headers, ...BEARER } })).statusCode).toBe(200);
  });

  it('refuses to listen for others without a configured token', () => {
    const settings = { ...SETTINGS, host: '0.0.0.0' };
    expect(() => open({}, settings)).toThrow(expect.objectContaining({ code: 'http/token-required' }));
    expect(() => open({}, { ...settings, isTokenConfigured: true })).not.toThrow();
  });
});

describe('readiness', () => {
  it('names what is down', async () => {
    const { server } = open({ down: async () => ['store'] });
    const answer = await server.app.inject({ url: '/readyz' });
    expect([answer.statusCode, answer.json()]).toEqual([503, { ready: false, down: ['store'] }]);
  });
});

describe('POST /v1/enroll', () => {
  it('answers 202 with the request, 422 with a code, 400 to what it cannot read', async () => {
    const { post } = open({
      enroll: async ({ campaign }) => {
        if (campaign === 'no') throw new MkaError('enroll/unknown-campaign', 'there is none');
        return { requestId: 'r1' };
      },
    });
    expect((await post({ campaign: 'c', user: 'u' }, {}, '/v1/enroll')).json()).toEqual({ requestId: 'r1' });
    expect((await post({ campaign: 'no', user: 'u' }, {}, '/v1/enroll')).statusCode).toBe(422);
    expect((await post({ user: 'u' }, {}, '/v1/enroll')).statusCode).toBe(400);
    expect((await post('null', {}, '/v1/enroll')).statusCode).toBe(400);
  });
});
