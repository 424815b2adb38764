import { EXIT, MkaError } from '../../../kernel/mka-error.ts';
import type { Protocol, Variables } from './git-variables.ts';

/** A repository's address taken apart. */
export interface GitUrl {
  readonly protocol: Protocol;
  /** Without user and password of http(s); safe to show, and to hand to git. */
  readonly address: string;
  /** Settings that carry the credentials to git without standing in its argument list. */
  readonly variables: Variables;
}

const SCP_LIKE = /^(?:[\w][\w.-]*@)?[a-z0-9][a-z0-9.-]*:(?!:|\/\/)[^\s-][^\s]*$/i;

/** Reads `https://…`, `ssh://…`, `git@host:path`, and `file://…` or an absolute path. Throws MkaError `git/bad-url`. */
export function parseGitUrl(text: string, protocols: readonly Protocol[]): GitUrl {
  const url = read(text);
  if (url === null) throw badUrl('it is no address that git may be given');
  if (!protocols.includes(url.protocol)) throw badUrl(`${url.protocol} is not allowed here`);
  return url;
}

function read(text: string): GitUrl | null {
  if (/[\s\p{Cc}]/u.test(text) || text.startsWith('-')) return null;
  if (text.startsWith('/')) return { protocol: 'file', address: text, variables: {} };
  if (SCP_LIKE.test(text)) return { protocol: 'ssh', address: text, variables: {} };
  const url = URL.parse(text);
  if (url === null) return null;
  const protocol = url.protocol.slice(0, -1);
  if (protocol === 'file') return { protocol, address: url.href, variables: {} };
  if (protocol === 'ssh') return fromSsh(url);
  return protocol === 'https' || protocol === 'http' ? fromHttp(url, protocol) : null;
}

function fromSsh(url: URL): GitUrl | null {
  url.password = '';
  const isOption = url.hostname.startsWith('-') || url.username.startsWith('-') || url.pathname.startsWith('/-');
  return url.hostname === '' || isOption ? null : { protocol: 'ssh', address: url.href, variables: {} };
}

function fromHttp(url: URL, protocol: 'https' | 'http'): GitUrl {
  const [user, password] = [decoded(url.username), decoded(url.password)];
  url.username = '';
  url.password = '';
  url.hash = '';
  if (user === '' && password === '') return { protocol, address: url.href, variables: {} };
  const credentials = Buffer.from(`${user}:${password}`).toString('base64');
  const header = `Authorization: Basic ${credentials}`;
  const variables = {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${url.origin}/.extraHeader`,
    GIT_CONFIG_VALUE_0: header,
  };
  return { protocol, address: url.href, variables };
}

/** A `%` that encodes nothing stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function badUrl(reason: string): MkaError {
  // The address itself is not repeated: what cannot be read may hold a password anywhere.
  return new MkaError('git/bad-url', `the repository's address cannot be used: ${reason}`, {
    hint: 'write https://host/path or ssh://git@host/path',
    exitCode: EXIT.usage,
  });
}
