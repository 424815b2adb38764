import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A forge with one open pull request, in the shapes that GitHub publishes. */
export interface Forge {
  readonly url: string;
  readonly comments: { id: number; body: string }[];
  readonly asked: string[];
  close(): Promise<void>;
}

/** Serves the pull request `number` from `head`, whose newest commit is `sha`. */
export async function openForge(pull: { number: number; head: string; sha: string }): Promise<Forge> {
  const comments: Forge['comments'] = [];
  const asked: string[] = [];
  const answer = (method: string, url: URL, body: string): unknown => {
    if (url.pathname.endsWith('/pulls'))
      return url.searchParams.get('head') === pull.head ? [{ number: pull.number, head: { sha: pull.sha } }] : [];
    const { body: text = '' } = body === '' ? {} : (JSON.parse(body) as { body?: string });
    if (method === 'POST') comments.push({ id: comments.length + 1, body: text });
    if (method === 'PATCH')
      for (const one of comments) one.body = url.pathname.endsWith(`/${one.id}`) ? text : one.body;
    if (method === 'GET')
      return comments.map((one) => ({ ...one, user: { login: 'github-actions[bot]', type: 'Bot' } }));
    return comments.at(-1);
  };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString('utf8');
    });
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://forge');
      asked.push(`${request.method} ${url.pathname}`);
      response.setHeader('content-type', 'application/json');
      // A workflow's token belongs to no user.
      response.statusCode = url.pathname === '/user' ? 403 : request.method === 'POST' ? 201 : 200;
      response.end(JSON.stringify(answer(request.method ?? 'GET', url, body) ?? {}));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    comments,
    asked,
    close: () => new Promise((closed) => server.close(() => closed())),
  };
}
