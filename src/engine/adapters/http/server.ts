import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { MkaError } from '../../kernel/mka-error.ts';
import { hasToken, namesLoopback } from './access.ts';
import { eventsOf } from './cloudevents.ts';
import type { EnrollRequest, EventsAnswer, HttpHandlers } from './handlers.ts';
import { assertSafeToBind, type HttpSettings, isLoopback, MAX_BODY_BYTES } from './settings.ts';

/** Seconds after which a caller that was told to slow down may come again. */
const RETRY_AFTER_SECONDS = '1';

/** The daemon's HTTP server. */
export interface HttpServer {
  /** Binds and answers the URL it listens at; throws MkaError `http/cannot-listen`. */
  listen(): Promise<string>;
  /** Takes no new request and resolves once those under way are answered. */
  close(): Promise<void>;
  readonly app: FastifyInstance;
}

/** Builds the server; throws MkaError `http/token-required` where it would be open to others. */
export function createHttpServer(settings: HttpSettings, handlers: HttpHandlers): HttpServer {
  assertSafeToBind(settings);
  const app = fastify({
    bodyLimit: MAX_BODY_BYTES,
    logger: false,
    requestTimeout: 30_000,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error, _request, reply) => answerError(error, reply, handlers));
  app.setNotFoundHandler((_request, reply) => failure(reply, 404, 'http/not-found', 'there is nothing here'));
  openRoutes(app, handlers);
  closedRoutes(app, settings, handlers);
  return { app, listen: () => listen(app, settings), close: async () => app.close() };
}

/** Without a token: they tell nothing but whether the daemon lives. */
function openRoutes(app: FastifyInstance, handlers: HttpHandlers): void {
  app.get('/healthz', () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const down = await handlers.down();
    return reply.code(down.length === 0 ? 200 : 503).send({ ready: down.length === 0, down });
  });
}

function closedRoutes(app: FastifyInstance, settings: HttpSettings, handlers: HttpHandlers): void {
  const mustShowToken = async (request: FastifyRequest, reply: FastifyReply) => {
    if (!hasToken(request, settings.token)) await unauthorized(reply);
  };
  const mustBeNear = async (request: FastifyRequest, reply: FastifyReply) => {
    if (hasToken(request, settings.token)) return;
    if (!isLoopback(settings.host) || !namesLoopback(request)) await unauthorized(reply);
  };
  app.post('/v1/events', { onRequest: mustShowToken }, async (request, reply) => {
    const events = eventsOf(request.headers, bodyOf(request));
    if (events === null) {
      return failure(reply, 415, 'http/media-type', 'send application/cloudevents+json, a batch of it, or ce- headers');
    }
    const answer = await handlers.events(events);
    return reply.code(statusOf(answer)).send(answer);
  });
  app.post('/v1/enroll', { onRequest: mustShowToken }, async (request, reply) => {
    const body = enrollRequestOf(bodyOf(request));
    if (body === null) return failure(reply, 400, 'http/bad-request', 'send {"campaign": …, "user": …, "data": {…}}');
    return reply.code(202).send(await handlers.enroll(body));
  });
  app.get('/metrics', { onRequest: mustBeNear }, async (_request, reply) => {
    const { contentType, text } = await handlers.metrics();
    return reply.header('content-type', contentType).send(text);
  });
}

function bodyOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

/** 202 while anything was taken; a submission refused whole is 400 when it was not even JSON, else 422. */
function statusOf({ accepted, refused }: EventsAnswer): number {
  if (accepted > 0 || refused.length === 0) return 202;
  return refused.every(({ code }) => code === 'event/invalid-json') ? 400 : 422;
}

function enrollRequestOf(body: Buffer): EnrollRequest | null {
  try {
    const value = JSON.parse(body.toString('utf8')) as Record<string, unknown> | null;
    if (typeof value?.['campaign'] !== 'string' || typeof value['user'] !== 'string') return null;
    const { campaign, user, requestId, data } = value;
    if (requestId !== undefined && typeof requestId !== 'string') return null;
    return { campaign, user, data, ...(requestId === undefined ? {} : { requestId }) };
  } catch {
    return null;
  }
}

async function answerError(error: unknown, reply: FastifyReply, handlers: HttpHandlers): Promise<FastifyReply> {
  if (error instanceof MkaError) {
    const isBusy = error.code === 'bus/full' || error.code.endsWith('/unavailable');
    if (isBusy) reply.header('retry-after', RETRY_AFTER_SECONDS);
    return failure(reply, isBusy ? 503 : 422, error.code, error.message);
  }
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  if (status === 413) {
    await handlers.refuse('event/too-large');
    return failure(reply, 413, 'event/too-large', `a body holds at most ${MAX_BODY_BYTES} bytes`);
  }
  return status < 500
    ? failure(reply, status, 'http/bad-request', 'the request could not be read')
    : failure(reply, 500, 'internal/bug', 'the request failed; the log says why');
}

async function unauthorized(reply: FastifyReply): Promise<void> {
  reply.header('www-authenticate', 'Bearer');
  await failure(reply, 401, 'http/unauthorized', 'show the token as `Authorization: Bearer …`');
}

function failure(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).send({ error: { code, message } });
}

async function listen(app: FastifyInstance, { host, port }: HttpSettings): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    throw new MkaError('http/cannot-listen', `cannot listen on ${host}:${port}: ${code}`, {
      hint: 'another daemon may run there; set spec.http.port of the Environment, or 0 to let the system choose',
      cause,
    });
  }
}
