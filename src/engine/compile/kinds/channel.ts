import type { ChannelDefinition } from '../../model/release.ts';
import { BOOL, STRING } from '../../rules/types.ts';
import { type Context, objectsOf } from '../context.ts';
import { channelRoots, checkCel } from '../expressions.ts';
import type { EmailChannelSpec, FileChannelSpec } from '../generated/types.ts';
import type { RepositoryObject } from '../repository-object.ts';
import { durationMs } from '../time-values.ts';

const DEFAULTS = {
  attempts: 3,
  backoff: ['30s', '2m'],
  receiptTimeout: '10m',
  onUnknown: 'hold',
  timeout: '30s',
  maxBacklog: 100_000,
  concurrency: { file: 1000, email: 8 },
} as const;

/** Channels with every default written out. */
export function compileChannels(context: Context): void {
  const roots = channelRoots(context);
  for (const object of objectsOf(context, 'Channel')) {
    const { spec } = object.value;
    checkCel(context, spec.address, { object, path: ['spec', 'address'], roots, expected: STRING });
    if (spec.consent !== undefined)
      checkCel(context, spec.consent, { object, path: ['spec', 'consent'], roots, expected: BOOL });
    if (spec.type === 'email') checkTls(context, object, spec);
    context.channels.set(object.name, {
      name: object.name,
      address: spec.address,
      ...(spec.consent === undefined ? {} : { consent: spec.consent }),
      retry: {
        attempts: spec.retry?.attempts ?? DEFAULTS.attempts,
        backoffMs: (spec.retry?.backoff ?? DEFAULTS.backoff).map(durationMs),
      },
      receiptTimeoutMs: durationMs(spec.receiptTimeout ?? DEFAULTS.receiptTimeout),
      onUnknown: spec.onUnknown ?? DEFAULTS.onUnknown,
      timeoutMs: durationMs(spec.timeout ?? DEFAULTS.timeout),
      concurrency: spec.concurrency ?? DEFAULTS.concurrency[spec.type],
      maxBacklog: spec.maxBacklog ?? DEFAULTS.maxBacklog,
      provider: spec.type === 'file' ? fileProvider(spec) : emailProvider(spec),
    });
  }
}

function fileProvider(spec: FileChannelSpec): ChannelDefinition['provider'] {
  return {
    type: 'file',
    path: spec.path,
    behaviour: spec.behaviour ?? 'accept',
    delayMs: durationMs(spec.delay ?? '0s'),
    addresses: spec.addresses ?? {},
  };
}

function emailProvider(spec: EmailChannelSpec): ChannelDefinition['provider'] {
  return {
    type: 'email',
    host: spec.host,
    port: spec.port,
    tls: spec.tls ?? 'starttls',
    from: spec.from,
    ...(spec.username === undefined ? {} : { username: spec.username }),
    ...(spec.password === undefined ? {} : { password: spec.password }),
  };
}

/** A host that is named by a variable is looked at when the daemon connects. */
function checkTls(context: Context, object: RepositoryObject, spec: EmailChannelSpec): void {
  if (spec.tls !== 'none' || typeof spec.host !== 'string' || isLoopback(spec.host)) return;
  context.findings.add(
    'channel/plain-remote',
    object.at('spec', 'tls'),
    `\`tls: none\` would send mail and passwords in clear to ${spec.host}`,
    {
      hint: 'use starttls or tls; none is for a server on this machine',
    },
  );
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
