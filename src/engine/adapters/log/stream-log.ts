import { pino } from 'pino';
import type { Log } from '../../ports/log.ts';

/** Names of fields that could hold personal data or secrets; no caller should log them, and none gets through. */
const REDACTED = [
  ...['address', 'body', 'subject', 'content', 'data', 'user', 'email', 'phone', 'name'],
  ...['token', 'password', 'username', 'secret', 'authorization'],
];

/** Where a log's lines go; `isTTY` says whether a person reads them. */
export interface LogStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** A structured log on a stream: JSON lines for machines, short lines for a person at a terminal. */
export function createStreamLog(stream: LogStream): Log {
  return stream.isTTY === true ? linesFor(stream) : jsonFor(stream);
}

function jsonFor(stream: LogStream): Log {
  const logger = pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      messageKey: 'event',
      redact: { paths: REDACTED.flatMap((name) => [name, `*.${name}`]), censor: '***' },
    },
    { write: (line: string) => stream.write(line) },
  );
  return {
    info: (event, fields) => logger.info(fields ?? {}, event),
    warn: (event, fields) => logger.warn(fields ?? {}, event),
    error: (event, fields) => logger.error(fields ?? {}, event),
  };
}

function linesFor(stream: LogStream): Log {
  const line = (level: string) => (event: string, fields?: Readonly<Record<string, unknown>>) => {
    const rest = Object.entries(fields ?? {}).map(([name, value]) => `${name}=${textOf(name, value)}`);
    stream.write(`${[level.padEnd(5), event, ...rest].join(' ')}\n`);
  };
  return { info: line('info'), warn: line('warn'), error: line('error') };
}

/** JSON text, which also escapes the control characters that could forge a line. */
function textOf(name: string, value: unknown): string {
  return REDACTED.includes(name) ? '***' : JSON.stringify(value ?? null);
}
