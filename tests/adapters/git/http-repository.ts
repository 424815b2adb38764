import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { onTestFinished } from 'vitest';

export interface HttpRepository {
  /** `http://127.0.0.1:PORT/repository` */
  readonly url: string;
  readonly authorizations: (string | undefined)[];
  /** Resolves with the first request. */
  readonly requested: Promise<void>;
  /** What it does with the requests that follow. */
  behave(how: HttpBehaviour): void;
}

export type HttpBehaviour =
  | 'serve'
  | 'stall'
  | { readonly status: number; readonly location?: string }
  | { readonly cutAfterBytes: number };

/** Serves a repository as hosts do: `git http-backend` behind a real HTTP server, which can also misbehave. */
export async function serveRepository(dir: string): Promise<HttpRepository> {
  let behaviour: HttpBehaviour = 'serve';
  const authorizations: (string | undefined)[] = [];
  const { promise: requested, resolve: called } = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    called();
    authorizations.push(request.headers.authorization);
    if (behaviour === 'stall') return;
    if (typeof behaviour === 'object' && 'status' in behaviour) {
      const { status, location } = behaviour;
      response.writeHead(status, location === undefined ? {} : { location }).end('no');
      return;
    }
    answer(dir, request, response, behaviour === 'serve' ? Infinity : behaviour.cutAfterBytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${dir.split('/').at(-1)}`;
  const behave = (how: HttpBehaviour): void => {
    behaviour = how;
  };
  return { url, authorizations, requested, behave };
}

function answer(dir: string, request: IncomingMessage, response: ServerResponse, cutAfterBytes: number): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const env = {
    ...{ PATH: process.env['PATH'], GIT_PROJECT_ROOT: dirname(dir), GIT_HTTP_EXPORT_ALL: '1', GIT_CONFIG_COUNT: '1' },
    ...{ GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*', REQUEST_METHOD: request.method },
    ...{ PATH_INFO: url.pathname, QUERY_STRING: url.search.slice(1), CONTENT_TYPE: request.headers['content-type'] },
    ...{ HTTP_CONTENT_ENCODING: request.headers['content-encoding'], GIT_PROTOCOL: request.headers['git-protocol'] },
  };
  const backend = spawn('git', ['http-backend'], { env: env as NodeJS.ProcessEnv });
  request.pipe(backend.stdin);
  const chunks: Buffer[] = [];
  backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  backend.on('close', () => {
    const output = Buffer.concat(chunks);
    const end = output.indexOf('\r\n\r\n');
    const headers = output
      .subarray(0, end)
      .toString()
      .split('\r\n')
      .map((line) => line.split(': ') as [string, string]);
    const status = headers.find(([name]) => name === 'Status')?.[1] ?? '200';
    const body = output.subarray(end + 4);
    response.writeHead(Number.parseInt(status, 10), Object.fromEntries(headers.filter(([name]) => name !== 'Status')));
    if (body.length <= cutAfterBytes) response.end(body);
    else response.write(body.subarray(0, cutAfterBytes), () => response.destroy());
  });
}
