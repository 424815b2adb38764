import MailComposer from 'nodemailer/lib/mail-composer';
import type { OutboundMessage } from '../../../ports/channel.ts';
import { hasControls, type Mailbox, parseAddress } from './address.ts';

/** A message as bytes of RFC 5322, with the envelope it travels in. */
export interface ComposedMail {
  readonly from: string;
  readonly to: string;
  readonly international: boolean;
  readonly bytes: Buffer;
  /** Without its angle brackets. */
  readonly messageId: string;
}

/** Why a message can never be composed; the code of a rejection. */
export class Uncomposable extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

const KEY = /^[A-Za-z0-9._-]{1,128}$/;

/**
 * Composes a plain text mail. Whatever is not one address or one line of text is refused rather than repaired, so that
 * no recipient and no header can be added through user data. Throws Uncomposable.
 */
export async function composeMail(message: OutboundMessage, sender: Mailbox, atMs: number): Promise<ComposedMail> {
  const recipient = parseAddress(message.address);
  if (recipient === undefined) throw new Uncomposable('email/bad-address');
  if (message.subject !== undefined && hasControls(message.subject)) throw new Uncomposable('email/bad-subject');
  if (!KEY.test(message.sendKey)) throw new Uncomposable('email/bad-key');
  const messageId = `${message.sendKey}@${sender.domain}`;
  const text = message.body.toWellFormed();
  const composer = new MailComposer({
    from: { name: sender.name, address: sender.address },
    to: { name: '', address: recipient.address },
    subject: message.subject,
    text,
    // Never 7bit with format=flowed, nodemailer's own choice for ASCII text: it changes spaces at line ends.
    encoding: mostlyAscii(text) ? 'quoted-printable' : 'base64',
    messageId: `<${messageId}>`,
    date: new Date(atMs),
    headers: { 'X-Mka-Key': message.sendKey },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    from: sender.address,
    to: recipient.address,
    international: sender.international || recipient.international,
    bytes: await composer.compile().build(),
    messageId,
  };
}

/** Quoted-printable triples every byte beyond ASCII, base64 adds a third to all. */
function mostlyAscii(text: string): boolean {
  return Buffer.byteLength(text) - text.length < text.length / 5;
}
