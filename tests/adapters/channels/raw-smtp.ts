import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** Where in the conversation a fault happens. */
export type Point = 'greeting' | 'EHLO' | 'STARTTLS' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | 'body' | 'dot';

/**
 * What is done there instead of the plain answer: a reply line (without CRLF), `drop` (FIN), `reset` (RST), `hang`,
 * `stall` (reads nothing more), `half:TEXT` (TEXT without its line end, then FIN), `drip:TEXT` (one byte at a time, never done), `flood`.
 */
export type Fault = string;

export interface RawSmtp {
  readonly port: number;
  /** Every byte received, by connection. */
  readonly received: Buffer[];
  /** Final dots seen. */
  readonly dots: () => number;
  /** Ends every open connection, as a server does with idle ones. */
  endIdle(): void;
  close(): Promise<void>;
}

export interface RawSmtpOptions {
  readonly faults?: Partial<Record<Point, Fault>>;
  readonly extensions?: readonly string[];
  /** Drops the connection once so many bytes have come. */
  readonly dropAfterBytes?: number;
}

const REPLIES: Record<Point, string> = {
  greeting: '220 raw.test ESMTP',
  EHLO: '',
  STARTTLS: '454 4.7.0 TLS not available',
  AUTH: '235 2.7.0 welcome',
  MAIL: '250 2.1.0 ok',
  RCPT: '250 2.1.5 ok',
  DATA: '354 go on',
  body: '',
  dot: '250 2.0.0 queued as 42',
};

/** A mail server that is told exactly where and how to go wrong. */
export async function startRawSmtp(options: RawSmtpOptions = {}): Promise<RawSmtp> {
  const received: Buffer[] = [];
  const sockets = new Set<Socket>();
  const counts = { dots: 0 };
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    const index = received.push(Buffer.alloc(0)) - 1;
    const talk = new Talk(socket, options, counts);
    socket.on('error', () => undefined);
    socket.on('close', () => talk.end());
    socket.on('data', (chunk) => {
      received[index] = Buffer.concat([received[index] as Buffer, chunk]);
      talk.hear(chunk, (received[index] as Buffer).length);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    received,
    dots: () => counts.dots,
    endIdle() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

class Talk {
  readonly #socket: Socket;
  readonly #options: RawSmtpOptions;
  readonly #counts: { dots: number };
  #text = '';
  #inBody = false;
  #over = false;
  #refused = false;
  #drip: NodeJS.Timeout | undefined;

  constructor(socket: Socket, options: RawSmtpOptions, counts: { dots: number }) {
    this.#socket = socket;
    this.#options = options;
    this.#counts = counts;
    this.#answer('greeting');
  }

  hear(chunk: Buffer, total: number): void {
    this.#text += chunk.toString('latin1');
    this.#read();
    const { dropAfterBytes = Number.POSITIVE_INFINITY } = this.#options;
    if (total >= dropAfterBytes && !this.#over) {
      this.#over = true;
      this.#socket.destroy();
    }
  }

  end(): void {
    clearInterval(this.#drip);
  }

  #read(): void {
    while (!this.#over) {
      const end = this.#inBody ? bodyEnd(this.#text) : this.#text.indexOf('\r\n');
      if (this.#inBody && this.#options.faults?.body !== undefined && this.#text.length > 0)
        return this.#answer('body');
      if (end < 0) return;
      const line = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + (this.#inBody ? 3 : 2));
      if (this.#inBody) {
        this.#inBody = false;
        this.#counts.dots += 1;
        this.#answer('dot');
      } else this.#command(line.slice(0, 8).split(' ')[0]?.toUpperCase() ?? '');
    }
  }

  #command(verb: string): void {
    if (verb === 'RSET') this.#socket.write('250 2.0.0 ok\r\n');
    else if (verb === 'QUIT') this.#socket.end('221 2.0.0 bye\r\n');
    else if (verb === 'DATA' && this.#refused) this.#socket.write('554 5.5.1 no valid recipients\r\n');
    else if (verb in REPLIES) this.#answer(verb as Point);
    else this.#socket.write('502 5.5.1 unknown\r\n');
  }

  #answer(point: Point): void {
    const fault = this.#options.faults?.[point];
    const lines = ['250-raw.test', ...(this.#options.extensions ?? []).map((one) => `250-${one}`), '250 HELP'];
    const reply = fault ?? (point === 'EHLO' ? lines.join('\r\n') : REPLIES[point]);
    if (point === 'MAIL' || point === 'RCPT')
      this.#refused = /^[45]/.test(reply) || (point === 'RCPT' && this.#refused);
    if (reply.startsWith('354')) this.#inBody = true;
    if (/^\d{3}[ -]/.test(reply)) {
      this.#socket.write(`${reply}\r\n`);
      return;
    }
    this.#over = true;
    const [kind, text = ''] = reply.split(':');
    if (kind === 'stall') this.#socket.pause();
    if (kind === 'drop') this.#socket.end();
    if (kind === 'reset') this.#socket.resetAndDestroy();
    if (kind === 'half') this.#socket.end(text);
    if (kind === 'flood') this.#socket.write('250-no end\r\n'.repeat(20_000));
    if (kind === 'drip') this.#dripOut(text);
  }

  #dripOut(text: string): void {
    let at = 0;
    this.#drip = setInterval(() => this.#socket.write(text[at++ % text.length] as string), 20);
  }
}

/** Offset of the final dot; a message without a line may end with nothing but the dot. */
function bodyEnd(text: string): number {
  if (text.startsWith('.\r\n')) return 0;
  const at = text.indexOf('\r\n.\r\n');
  return at < 0 ? at : at + 2;
}
