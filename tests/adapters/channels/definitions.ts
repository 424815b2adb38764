import type { ChannelDefinition, EmailProvider, FileProvider } from '../../../src/engine/model/release.ts';

const BASE: Omit<ChannelDefinition, 'provider'> = {
  name: 'wechat',
  address: 'user.openid',
  retry: { attempts: 3, backoffMs: [30_000, 120_000] },
  receiptTimeoutMs: 600_000,
  onUnknown: 'hold',
  timeoutMs: 5000,
  concurrency: 4,
  maxBacklog: 1000,
};

export function fileChannel(
  path: string,
  provider: Partial<FileProvider> = {},
): ChannelDefinition & { provider: FileProvider } {
  return { ...BASE, provider: { type: 'file', path, behaviour: 'accept', delayMs: 0, addresses: {}, ...provider } };
}

export function emailChannel(
  port: number,
  provider: Partial<EmailProvider> = {},
  rest: Partial<ChannelDefinition> = {},
): ChannelDefinition & { provider: EmailProvider } {
  const from = 'Shop <shop@example.com>';
  return {
    ...BASE,
    name: 'email',
    ...rest,
    provider: { type: 'email', host: '127.0.0.1', port, tls: 'none', from, ...provider },
  };
}
