import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { AttemptOutcome } from '../../../model/message.ts';
import { classify, type SmtpFailure, SmtpFault } from './classify.ts';
import type { ComposedMail } from './compose.ts';
import type { SmtpSettings } from './settings.ts';

const PIECE_BYTES = 16 * 1024;
const QUIT_PATIENCE_MS = 500;
/** Sessions are given up after so many messages (servers count them), and when idle for longer. */
const MAX_MESSAGES = 100;
const MAX_IDLE_MS = 10_000;

/** What became of one message on one session. */
export interface Transmission {
  readonly outcome: AttemptOutcome;
  /** The session ended before the server answered anything: on a session that had idled that says nothing. */
  readonly lost: boolean;
}

type Done<T> = (error: SmtpFailure | null | undefined, value?: T) => void;

/** One SMTP connection, one message at a time. A failure that is not the server's plain answer ends it. */
export class SmtpSession {
  readonly #connection: SMTPConnection;
  readonly #settings: SmtpSettings;
  #fail: ((failure: SmtpFailure) => void) | undefined;
  #messages = 0;
  #idleSinceMs = 0;

  private constructor(settings: SmtpSettings) {
    this.#settings = settings;
    this.#connection = new SMTPConnection(settings.options);
    this.#connection.on('error', (error: SmtpFailure) => this.#fail?.(error));
    // nodemailer ends first and then tells the message in flight why; its reason is the better one.
    this.#connection.on('end', () => queueMicrotask(() => this.#fail?.(new SmtpFault('ECONNECTION'))));
  }

  /** Connects, upgrades and logs in; rejects with an SmtpFailure. Nothing has been sent then. */
  static async open(settings: SmtpSettings, signal: AbortSignal): Promise<SmtpSession> {
    const session = new SmtpSession(settings);
    try {
      await session.#step<void>(signal, (done) => session.#connection.connect(done));
      await session.#login(signal);
      return session;
    } catch (error) {
      session.destroy();
      throw error;
    }
  }

  get usable(): boolean {
    if (this.#connection.destroyed || this.#messages >= MAX_MESSAGES) return false;
    return this.#idleSinceMs === 0 || performance.now() - this.#idleSinceMs < MAX_IDLE_MS;
  }

  async transmit(mail: ComposedMail, signal: AbortSignal): Promise<Transmission> {
    if (mail.international && !this.#offers('SMTPUTF8')) {
      return { outcome: { kind: 'rejected', code: 'email/smtputf8' }, lost: false };
    }
    this.#messages += 1;
    let dotPossible = false;
    // The dot is written by nodemailer when our stream has ended and not before; this listener is the first to hear it.
    const source = Readable.from(pieces(mail.bytes), { objectMode: false }).once('end', () => {
      dotPossible = true;
    });
    const envelope = { from: mail.from, to: [mail.to], size: mail.bytes.length };
    try {
      const info = await this.#step<{ serverMessageId?: string | undefined }>(signal, (done) =>
        this.#connection.send(envelope, source, done),
      );
      if (!dotPossible) return this.#answeredTooEarly();
      this.#idleSinceMs = performance.now();
      return { outcome: { kind: 'accepted', providerId: info.serverMessageId ?? mail.messageId }, lost: false };
    } catch (error) {
      return this.#afterFailure(error as SmtpFailure, dotPossible, signal);
    }
  }

  /** Ends the conversation in good order. */
  async quit(): Promise<void> {
    if (!this.#connection.destroyed) {
      const signal = AbortSignal.timeout(QUIT_PATIENCE_MS);
      await this.#step<void>(signal, () => this.#connection.quit()).catch(() => undefined);
    }
    this.destroy();
  }

  /** Tears the connection down; what is still buffered does not leave. */
  destroy(): void {
    this.#connection.close();
  }

  async #login(signal: AbortSignal): Promise<void> {
    const { login } = this.#settings;
    if (login === undefined) return;
    // A server that offers no AUTH is not shown the password.
    if (!this.#connection.allowsAuth) throw new SmtpFault('EAUTH');
    const credentials = { user: login.username.reveal(), pass: login.password.reveal() };
    await this.#step<boolean>(signal, (done) => this.#connection.login({ credentials }, done));
  }

  async #afterFailure(failure: SmtpFailure, dotPossible: boolean, signal: AbortSignal): Promise<Transmission> {
    const answered = failure.code === 'EENVELOPE' && (failure.responseCode ?? 421) !== 421 && !dotPossible;
    const outcome = classify(failure, dotPossible);
    if (answered) await this.#step<boolean>(signal, (done) => this.#connection.reset(done)).catch(() => this.destroy());
    else this.destroy();
    this.#idleSinceMs = performance.now();
    return { outcome, lost: !dotPossible && isLoss(failure) };
  }

  /** A server that takes a message it has not seen whole speaks another protocol; what it holds is anybody's guess. */
  #answeredTooEarly(): Transmission {
    this.destroy();
    return { outcome: { kind: 'unknown', code: 'email/protocol' }, lost: false };
  }

  /** Extensions are not on nodemailer's public surface; without the list none is taken to be offered. */
  #offers(extension: string): boolean {
    const { _supportedExtensions: list } = this.#connection as unknown as { _supportedExtensions?: readonly string[] };
    return list?.includes(extension) ?? false;
  }

  /** Runs one exchange: its own answer, the connection's end or the signal settles it, whichever is first. */
  async #step<T>(signal: AbortSignal, start: (done: Done<T>) => void): Promise<T> {
    const onAbort = () => {
      const timeout = signal.reason instanceof Error && signal.reason.name === 'TimeoutError';
      this.#fail?.(new SmtpFault(timeout ? 'ETIMEDOUT' : 'EABORT'));
      this.destroy();
    };
    try {
      return await new Promise<T>((resolve, reject) => {
        this.#fail = reject;
        if (signal.aborted) return onAbort();
        signal.addEventListener('abort', onAbort, { once: true });
        start((error, value) => (error ? reject(error as Error) : resolve(value as T)));
      });
    } finally {
      this.#fail = undefined;
      signal.removeEventListener('abort', onAbort);
    }
  }
}

function isLoss({ code, responseCode }: SmtpFailure): boolean {
  if (responseCode !== undefined) return responseCode === 421;
  return code === 'ECONNECTION' || code === 'ESOCKET';
}

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}
