import { isIP } from 'node:net';
import type { SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';
import { EXIT, MkaError } from '../../../kernel/mka-error.ts';
import type { EmailProvider, SecretRef } from '../../../model/release.ts';
import type { SecretResolver } from '../../secrets/resolve.ts';
import type { Secret } from '../../secrets/secret.ts';

/** How to reach and enter one server. */
export interface SmtpSettings {
  readonly options: SMTPConnectionOptions;
  readonly login?: { readonly username: Secret; readonly password: Secret };
}

/** No reply of a mail server is longer; a server that never ends one is cut off. */
const MAX_REPLY_BYTES = 64 * 1024;

/**
 * Resolves the provider's references; done at each connection, so that a rotated secret is used by the next one.
 * Throws MkaError `secret/missing`, `channel/bad-port` or `channel/plaintext` (no TLS beyond the loopback).
 */
export function smtpSettings(
  provider: EmailProvider,
  secrets: SecretResolver,
  timeoutMs: number,
  ca: string | undefined,
): SmtpSettings {
  const host = textOf(provider.host, secrets);
  if (provider.tls === 'none' && !isLoopback(host)) {
    throw invalid('channel/plaintext', 'Mail without TLS is sent to the loopback only.', 'Set tls to starttls or tls.');
  }
  const options: SMTPConnectionOptions = {
    host,
    port: portOf(provider.port, secrets),
    secure: provider.tls === 'tls',
    requireTLS: provider.tls === 'starttls',
    ignoreTLS: provider.tls === 'none',
    tls: { minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // A connection that is given up is torn down at once: nothing that is still buffered may leave.
    socketCloseTimeout: 0,
    maxResponseSize: MAX_REPLY_BYTES,
    allowInternalNetworkInterfaces: true,
  };
  const { username, password } = provider;
  if (username === undefined || password === undefined) return { options };
  return { options, login: { username: secrets.resolve(username), password: secrets.resolve(password) } };
}

function textOf(value: string | SecretRef, secrets: SecretResolver): string {
  return typeof value === 'string' ? value : secrets.resolve(value).reveal();
}

function portOf(value: number | SecretRef, secrets: SecretResolver): number {
  const port = typeof value === 'number' ? value : Number(secrets.resolve(value).reveal());
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw invalid('channel/bad-port', 'The port of the mail server is not a number from 1 to 65535.', 'Correct it.');
}

function isLoopback(host: string): boolean {
  if (host.toLowerCase() === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}

function invalid(code: string, message: string, hint: string): MkaError {
  return new MkaError(code, message, { hint, exitCode: EXIT.findings });
}
