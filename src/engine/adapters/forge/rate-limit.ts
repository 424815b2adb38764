const SECOND_MS = 1000;
/** What GitHub asks for when it names no time ("Rate limits for the REST API"). */
const UNNAMED_MS = 60 * SECOND_MS;

/** How long to wait before the same request may be sent again; null when the answer is no rate limit. */
export function rateLimitWait(
  { status, headers, text }: { readonly status: number; readonly headers: Headers; readonly text: string },
  nowMs: number,
): number | null {
  if (status !== 403 && status !== 429) return null;
  const after = headers.get('retry-after');
  if (after !== null) return waitFor(after, nowMs);
  if (headers.get('x-ratelimit-remaining') === '0') {
    const resetMs = Number(headers.get('x-ratelimit-reset')) * SECOND_MS;
    return resetMs > 0 ? Math.max(SECOND_MS, resetMs - nowMs) : UNNAMED_MS;
  }
  return status === 429 || /rate limit/i.test(text) ? UNNAMED_MS : null;
}

/** Retry-After: seconds or a date (RFC 9110 §10.2.3). */
function waitFor(after: string, nowMs: number): number {
  const seconds = /^\d+$/.test(after) ? Number(after) : (Date.parse(after) - nowMs) / SECOND_MS;
  return Number.isFinite(seconds) ? Math.max(SECOND_MS, seconds * SECOND_MS) : UNNAMED_MS;
}
