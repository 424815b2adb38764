import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { isLoopback } from './settings.ts';

/** True when the request shows the token; compared in constant time over digests of equal length. */
export function hasToken(request: FastifyRequest, token: string): boolean {
  const [, shown = ''] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  return timingSafeEqual(digest(shown), digest(token)) && shown !== '';
}

/** True when the request names this machine: a page of another site that resolves to loopback does not (DNS rebinding). */
export function namesLoopback(request: FastifyRequest): boolean {
  return isLoopback((request.headers.host ?? '').replace(/:\d+$/, ''));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
