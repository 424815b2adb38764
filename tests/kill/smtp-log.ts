import { SMTPServer } from 'smtp-server';

/** A mail server on loopback that remembers the key of every message it has taken: the receiver's own log. */
export interface SmtpLog {
  readonly port: number;
  /** Keys in the order of acceptance; a key taken twice stands twice. */
  readonly keys: readonly string[];
  close(): Promise<void>;
}

export async function startSmtpLog(): Promise<SmtpLog> {
  const keys: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    onData(stream, _session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        keys.push(keyOf(Buffer.concat(chunks).toString('utf8')));
        callback();
      });
    },
  });
  server.on('error', () => {
    // a client killed in the middle of a command: what was taken before is in the log
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the mail server has no port');
  return {
    port: address.port,
    keys,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
      }),
  };
}

function keyOf(mail: string): string {
  const line = mail.split('\r\n').find((one) => one.toLowerCase().startsWith('x-mka-key:'));
  if (line === undefined) throw new Error('a message without its key');
  return line.slice('x-mka-key:'.length).trim();
}
