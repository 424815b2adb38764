import type { AttemptOutcome } from '../../../model/message.ts';

/** What is read of a failure: nodemailer's fields, or our own words for an attempt given up (`EABORT`, `ETIMEDOUT`). */
export interface SmtpFailure {
  readonly code?: string | undefined;
  /** SMTP command that was answered, `CONN` or `API`. */
  readonly command?: string | undefined;
  readonly responseCode?: number | undefined;
  readonly response?: string | undefined;
  /** The system's code behind ESOCKET, such as ECONNREFUSED. */
  readonly originalCode?: string | undefined;
}

/** A failure in our own words. */
export class SmtpFault extends Error implements SmtpFailure {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** "Authentication required" and its kin may come at any command; they are the operator's, not the recipient's. */
const AUTH_REPLIES = new Set([530, 534, 535, 538]);
const ENVELOPE_COMMANDS = new Set(['MAIL FROM', 'RCPT TO', 'DATA']);
const TLS_ERRORS = /^ERR_(SSL|TLS)|CERT|SELF_SIGNED|UNABLE_TO|EPROTO$/;
const CONNECT_ERRORS = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'EACCES',
  'ECONNABORTED',
]);
const WORDS: Readonly<Record<string, string>> = {
  EDNS: 'email/dns',
  ETLS: 'email/tls',
  EAUTH: 'email/auth',
  ETIMEDOUT: 'email/timeout',
  EABORT: 'email/aborted',
  ECONNECTION: 'email/disconnected',
  EPROTOCOL: 'email/protocol',
};

/**
 * The outcome of a failed attempt (G2). `dotPossible`: the final `.` of the message may have left. Before it nothing was
 * sent, whatever happened; after it only a complete negative answer to the message itself says so.
 */
export function classify(failure: SmtpFailure, dotPossible: boolean): AttemptOutcome {
  const code = wordOf(failure);
  const detail = detailOf(failure);
  const rest = detail === undefined ? { code } : { code, detail };
  if (dotPossible) return { kind: afterDot(failure), ...rest };
  return { kind: beforeDot(failure), ...rest };
}

function afterDot({ code, command, responseCode = 0 }: SmtpFailure): 'retry' | 'rejected' | 'unknown' {
  if (code !== 'EMESSAGE' || command !== 'DATA') return 'unknown';
  if (isTransient(responseCode)) return 'retry';
  return isPermanent(responseCode) ? 'rejected' : 'unknown';
}

function beforeDot({ code, command = '', responseCode = 0 }: SmtpFailure): 'retry' | 'rejected' {
  if (AUTH_REPLIES.has(responseCode)) return 'retry';
  // A server's SIZE limit, or an address that nodemailer refuses: no answer will ever differ.
  if (responseCode === 0) return code === 'EMESSAGE' || code === 'EENVELOPE' ? 'rejected' : 'retry';
  const answered =
    (code === 'EENVELOPE' && ENVELOPE_COMMANDS.has(command)) || (code === 'EMESSAGE' && command === 'DATA');
  return answered && isPermanent(responseCode) ? 'rejected' : 'retry';
}

function isTransient(reply: number): boolean {
  return reply >= 400 && reply < 500;
}

/** 503 speaks of the order of commands, not of the message. */
function isPermanent(reply: number): boolean {
  return reply >= 500 && reply < 600 && reply !== 503;
}

function wordOf({ code = '', command, responseCode = 0, originalCode = '' }: SmtpFailure): string {
  if (code === 'EAUTH' || AUTH_REPLIES.has(responseCode)) return 'email/auth';
  if (responseCode > 0 && code !== 'ETLS') return `email/${responseCode}`;
  if (code === 'EMESSAGE') return 'email/too-large';
  if (code === 'EENVELOPE' && command === 'API') return 'email/bad-address';
  if (code !== 'ESOCKET') return WORDS[code] ?? 'email/failed';
  if (TLS_ERRORS.test(originalCode)) return 'email/tls';
  return CONNECT_ERRORS.has(originalCode) ? 'email/connect' : 'email/disconnected';
}

/** The enhanced status (RFC 3463) or the system's code. A server's own text often quotes the address, so it stays out. */
function detailOf({ response = '', originalCode }: SmtpFailure): string | undefined {
  const status = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1];
  return status ?? originalCode;
}
