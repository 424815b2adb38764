import { EXIT, MkaError } from '../../kernel/mka-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Secret } from '../secrets/secret.ts';
import { nextPage } from './github-address.ts';
import { rateLimitWait } from './rate-limit.ts';
import { type Answer, sendRequest } from './send-request.ts';

export interface GithubApiOptions {
  /** As `apiBase` gives it. */
  readonly base: string;
  readonly token: Secret;
  readonly clock: Clock;
  /** For one request. */
  readonly timeoutMs: number;
}

type Method = 'GET' | 'POST' | 'PATCH';

const MAX_PAGES = 200;
const MAX_HOPS = 3;
const TRIES = 5;
const FIRST_PAUSE_MS = 500;

/**
 * One call of the port: requests until a deadline. Rate limits are waited for, failures of the server tried again, but
 * never a POST, which may have been carried out. Throws MkaError `forge/…`.
 */
export class GithubCall {
  readonly #options: GithubApiOptions;
  readonly #untilMs: number;

  constructor(options: GithubApiOptions, deadlineMs: number) {
    this.#options = options;
    this.#untilMs = options.clock.now() + deadlineMs;
  }

  async get(path: string): Promise<unknown> {
    return this.#json('GET', path, await this.#request('GET', this.#url(path)));
  }

  /** Items of all pages, in their order. */
  async list(path: string): Promise<readonly unknown[]> {
    const items: unknown[] = [];
    let next: string | null = this.#url(`${path}?per_page=100`);
    for (let page = 1; next !== null; page += 1) {
      if (page > MAX_PAGES) throw malformed(path, 'more pages than anybody reads');
      const answer: Answer = await this.#request('GET', next);
      const body = this.#json('GET', path, answer);
      if (!Array.isArray(body)) throw malformed(path, 'no list');
      items.push(...(body as unknown[]));
      next = this.#same(nextPage(answer.headers.get('link')), path);
    }
    return items;
  }

  async send(method: 'POST' | 'PATCH', path: string, body: unknown): Promise<void> {
    await this.#request(method, this.#url(path), JSON.stringify(body));
  }

  #url(path: string): string {
    return `${this.#options.base}${path}`;
  }

  async #request(method: Method, first: string, body?: string): Promise<Answer> {
    let url = first;
    let hops = 0;
    for (let attempt = 1; ; ) {
      const answer = await this.#once(method, url, body);
      const status = answer instanceof Error ? 0 : answer.status;
      if (answer instanceof Error || status >= 500) {
        if (method === 'POST' || attempt === TRIES) throw this.#unavailable(method, url, answer);
        await this.#pause(FIRST_PAUSE_MS * 2 ** (attempt - 1), () => this.#unavailable(method, url, answer));
        attempt += 1;
        continue;
      }
      if (status < 300) return answer;
      if (status < 400) {
        hops += 1;
        url = this.#redirected(method, url, answer, hops);
        continue;
      }
      const waitMs = rateLimitWait(answer, this.#options.clock.now());
      if (waitMs === null) throw this.#refused(method, url, answer);
      await this.#pause(waitMs, () => rateLimited(waitMs));
    }
  }

  #once(method: Method, url: string, body: string | undefined): Promise<Answer | Error> {
    const { token, timeoutMs, clock } = this.#options;
    const leftMs = Math.max(1, Math.min(timeoutMs, this.#untilMs - clock.now()));
    return sendRequest({ method, url, token, timeoutMs: leftMs, ...(body === undefined ? {} : { body }) });
  }

  async #pause(waitMs: number, tooLong: () => MkaError): Promise<void> {
    const { clock } = this.#options;
    if (clock.now() + waitMs > this.#untilMs) throw tooLong();
    await clock.sleep(waitMs);
  }

  /** A renamed repository moves within its host; the token never goes to another one. */
  #redirected(method: Method, from: string, { headers }: Answer, hops: number): string {
    const location = headers.get('location');
    const to = URL.parse(location ?? '', from);
    const target = location === null || method !== 'GET' || hops > MAX_HOPS ? null : (to?.href ?? null);
    const same = this.#same(target, pathOf(from));
    if (same !== null) return same;
    throw new MkaError('forge/redirected', `the forge points from ${method} ${pathOf(from)} to somewhere else`, {
      hint: 'correct the address of the API or the name of the repository',
    });
  }

  #same(url: string | null, path: string): string | null {
    if (url === null || URL.parse(url)?.origin === new URL(this.#options.base).origin) return url;
    throw new MkaError('forge/redirected', `the forge points from ${path} to another host`, {
      hint: 'correct the address of the API: the token is sent to no other host',
    });
  }

  #json(method: Method, path: string, { text }: Answer): unknown {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw malformed(`${method} ${path}`, 'no JSON');
    }
  }

  #unavailable(method: Method, url: string, answer: Answer | Error): MkaError {
    const what = answer instanceof Error ? answer.message : `answer ${answer.status}`;
    return new MkaError('forge/unavailable', `${method} ${pathOf(url)} at the forge: ${what}`, {
      hint: 'check the network and the address of the API; nothing was decided without it',
      exitCode: EXIT.unavailable,
    });
  }

  #refused(method: Method, url: string, { status, text }: Answer): MkaError {
    const said = saidBy(text).replaceAll(this.#options.token.reveal(), '***');
    const message = `the forge answered ${status} to ${method} ${pathOf(url)}${said === '' ? '' : `: ${said}`}`;
    if (status === 401) return refusal('forge/unauthorized', message, 'the token is wrong or has expired');
    if (status === 403) return refusal('forge/forbidden', message, 'give the token the permission that this needs');
    if (status === 404) {
      return refusal('forge/not-found', message, 'check repository and number; a token without access gets the same');
    }
    return refusal('forge/refused', message, 'see the documentation of the API for this answer');
  }
}

export function malformed(what: string, why: string): MkaError {
  return new MkaError('forge/malformed', `the forge's answer to ${what} cannot be read: ${why}`, {
    hint: "check the address of the API: a proxy's page or another product may stand there",
    exitCode: EXIT.unavailable,
  });
}

function rateLimited(waitMs: number): MkaError {
  const seconds = Math.ceil(waitMs / 1000);
  return new MkaError('forge/rate-limited', `the forge wants no request for ${seconds} s, longer than may be waited`, {
    hint: 'try again later, or with a token of its own',
    exitCode: EXIT.unavailable,
  });
}

function refusal(code: string, message: string, hint: string): MkaError {
  return new MkaError(code, message, { hint, exitCode: EXIT.unavailable });
}

/** The forge's own words, on one line and not too many of them. */
function saidBy(text: string): string {
  try {
    const { message } = JSON.parse(text) as { readonly message?: unknown };
    return typeof message === 'string' ? message.replace(/\p{Cc}+/gu, ' ').slice(0, 200) : '';
  } catch {
    return '';
  }
}

function pathOf(url: string): string {
  return new URL(url).pathname;
}
