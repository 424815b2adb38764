import type { Secret } from '../secrets/secret.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface RequestToSend {
  readonly method: string;
  readonly url: string;
  readonly token: Secret;
  readonly body?: string;
  readonly timeoutMs: number;
}

const MAX_BYTES = 32 * 1024 * 1024;

/** One HTTP exchange; an error when there was no whole answer. Redirects are left to the caller. */
export async function sendRequest({ method, url, token, body, timeoutMs }: RequestToSend): Promise<Answer | Error> {
  try {
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token.reveal()}`,
        'user-agent': 'mka',
        'x-github-api-version': '2022-11-28',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body }),
    });
    return { status: response.status, headers: response.headers, text: await textOf(response) };
  } catch (error) {
    return new Error(reasonOf(error));
  }
}

async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let [text, size] = ['', 0];
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Error('an answer beyond all measure');
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** fetch says only `fetch failed` and keeps the reason in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no connection';
  if (error.name === 'TimeoutError') return 'no answer within the time-out';
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : null;
  return code ?? (error.message === 'an answer beyond all measure' ? error.message : 'the connection was lost');
}
