import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** The npm smtp-server on the loopback: what it took is the truth about what was sent. */
export interface MailServer {
  readonly port: number;
  /** Messages it answered 250 to, or would have, parsed. */
  readonly mails: ParsedMail[];
  /** The same messages as bytes. */
  readonly raw: Buffer[];
  /** Connections so far. */
  readonly connections: () => number;
  /** Resolves when the next message has arrived whole. */
  arrival(): Promise<void>;
  close(): Promise<void>;
}

/** Answer to the message whole: an SMTP code to refuse with, or `silent`. */
export type Verdict = { readonly rcpt?: number; readonly dot?: number | 'silent' };

export async function startMailServer(
  verdict: () => Verdict = () => ({}),
  options: SMTPServerOptions = {},
): Promise<MailServer> {
  const mails: ParsedMail[] = [];
  const raw: Buffer[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const arrived: (() => void)[] = [];
  const refusal = (code: number) =>
    Object.assign(new Error('5.1.1 <customer@example.com> refused'), { responseCode: code });
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onConnect: (_session, done) => {
      connections += 1;
      done();
    },
    onRcptTo: (_address, _session, done) => {
      const { rcpt } = verdict();
      done(rcpt === undefined ? null : refusal(rcpt));
    },
    onData: (stream, _session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      const arrive = async (bytes: Buffer, dot: 'silent' | undefined) => {
        raw.push(bytes);
        mails.push(await simpleParser(bytes));
        for (const tell of arrived.splice(0)) tell();
        if (dot === undefined) done();
      };
      stream.on('end', () => {
        const { dot } = verdict();
        if (typeof dot === 'number') done(refusal(dot));
        else void arrive(Buffer.concat(chunks), dot);
      });
    },
    ...options,
  });
  const net = (server as unknown as { server: Server }).server;
  net.on('connection', (socket: Socket) => sockets.add(socket));
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(net, 'listening');
  return {
    port: (net.address() as AddressInfo).port,
    mails,
    raw,
    connections: () => connections,
    arrival: () => new Promise((tell) => arrived.push(tell)),
    async close() {
      // Node 24.21 crashes when the socket under an unfinished TLS handshake is destroyed: it is left to end by itself.
      if (options.secure) await Promise.race([allClosed(sockets), setTimeout(1_000)]);
      for (const socket of sockets) socket.destroy();
      if (net.listening) await new Promise<void>((done) => net.close(() => done()));
    },
  };
}

async function allClosed(sockets: ReadonlySet<Socket>): Promise<void> {
  await Promise.all([...sockets].filter((socket) => !socket.closed).map((socket) => once(socket, 'close')));
}
