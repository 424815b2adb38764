import { domainToASCII } from 'node:url';
import addressparser from 'nodemailer/lib/addressparser';

/** One mailbox as it may stand in an SMTP command and in a header. */
export interface Mailbox {
  readonly name: string;
  /** The domain is in its ASCII form; the local part as given. */
  readonly address: string;
  readonly domain: string;
  /** The local part needs SMTPUTF8 (RFC 6531). */
  readonly international: boolean;
}

/** RFC 5321 §4.5.3.1: 64 octets before the @, 254 for a path without its brackets. */
const MAX_LOCAL_BYTES = 64;
const MAX_BYTES = 254;
/** Unquoted local parts only: no space or control (so no CR or LF), none of RFC 5322's specials. */
const LOCAL = /^[^\s\p{C}()<>[\]:;@\\,"]+$/u;
const DOMAIN = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

/** Reads `local@domain`; undefined for anything that is not exactly one such address. */
export function parseAddress(text: string): Mailbox | undefined {
  const at = text.lastIndexOf('@');
  const local = text.slice(0, Math.max(at, 0));
  const domain = domainToASCII(text.slice(at + 1)).toLowerCase();
  if (!LOCAL.test(local) || !DOMAIN.test(domain) || !LOCAL.test(text.slice(at + 1))) return undefined;
  const address = `${local}@${domain}`;
  if (Buffer.byteLength(local) > MAX_LOCAL_BYTES || Buffer.byteLength(address) > MAX_BYTES) return undefined;
  return { name: '', address, domain, international: Buffer.byteLength(local) !== local.length };
}

/** Reads a sender, `local@domain` or `Name <local@domain>`; undefined when it is not one. */
export function parseSender(text: string): Mailbox | undefined {
  if (hasControls(text)) return undefined;
  const [only, ...more] = addressparser(text, { flatten: true });
  const mailbox = only === undefined || more.length > 0 ? undefined : parseAddress(only.address);
  return mailbox === undefined ? undefined : { ...mailbox, name: only?.name ?? '' };
}

/** True for text that must never stand in a header: CR, LF, NUL and the other control characters, lone surrogates. */
export function hasControls(text: string): boolean {
  return /[\p{Cc}\u2028\u2029]/u.test(text) || !text.isWellFormed();
}
