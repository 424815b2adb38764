import { isIP } from 'node:net';
import { MkaError } from '../../kernel/mka-error.ts';

/** Largest body of one request, bytes. */
export const MAX_BODY_BYTES = 8 * 1024 * 1024;

export interface HttpSettings {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** What callers show as bearer. */
  readonly token: string;
  /** False when the token was generated because none is configured: good enough for loopback alone. */
  readonly isTokenConfigured: boolean;
}

/** True for a name or address that only this machine reaches. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (bare === 'localhost' || bare === '::1' || bare === '::ffff:127.0.0.1') return true;
  return isIP(bare) === 4 && bare.startsWith('127.');
}

/** Throws MkaError `http/token-required` for a host that others reach without a configured token. */
export function assertSafeToBind({ host, isTokenConfigured }: HttpSettings): void {
  if (isTokenConfigured || isLoopback(host)) return;
  throw new MkaError('http/token-required', `http.host ${host} can be reached by others and no token is configured`, {
    hint: 'set spec.http.token of the Environment to {fromEnv: …} or {fromFile: …}, or listen on 127.0.0.1',
  });
}
