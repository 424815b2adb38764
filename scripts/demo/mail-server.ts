import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** A mail as it arrived. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** A real SMTP server on this machine, on a free port; it keeps what it is given. */
export interface MailServer {
  readonly port: number;
  readonly mails: readonly Mail[];
  close(): Promise<void>;
}

/** `onMail` is told of each mail before it is acknowledged. */
export async function startMailServer(onMail: (mail: Mail) => void = () => {}): Promise<MailServer> {
  const mails: Mail[] = [];
  const sockets = new Set<Socket>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData: (stream, session, done) => {
      const to = session.envelope.rcptTo.map(({ address }) => address).join(', ');
      simpleParser(stream, {}, (error, { subject = '', text = '' }) => {
        if (error) return done(error as Error);
        const mail = { to, subject, text: text.trim() };
        mails.push(mail);
        onMail(mail);
        done();
      });
    },
  });
  // A client that is killed resets its connection.
  server.on('error', () => undefined);
  const net = (server as unknown as { readonly server: Server }).server;
  net.on('connection', (socket: Socket) => sockets.add(socket.on('close', () => sockets.delete(socket))));
  server.listen(0, '127.0.0.1');
  await once(net, 'listening');
  return {
    port: (net.address() as AddressInfo).port,
    mails,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((closed) => net.close(() => closed()));
    },
  };
}
