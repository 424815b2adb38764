import { EXIT, MkaError } from '../../kernel/mka-error.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * The address that paths are added to, without a slash at its end. Throws MkaError `forge/bad-address`: it carries the token, so
 * it is HTTPS, but for a server on this machine.
 */
export function apiBase(baseUrl: string): string {
  const url = URL.parse(baseUrl);
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.has(url.hostname));
  if (url === null || !isSafe || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw badAddress('the address of the API must be https://host/path', 'GitHub Enterprise has https://HOST/api/v3');
  }
  return url.href.replace(/\/+$/, '');
}

/** `/repos/owner/name`. Throws MkaError `forge/bad-address`. */
export function repositoryPath(repository: string): string {
  const [owner, name, ...more] = repository.split('/');
  const isName = (text: string | undefined): boolean => /^(?!\.{1,2}$)[\w.-]+$/.test(text ?? '');
  if (isName(owner) && isName(name) && more.length === 0) return `/repos/${owner}/${name}`;
  throw badAddress('the repository at the forge must be written owner/name', 'for example shop/campaigns');
}

/** Target of `rel="next"` in a Link header (RFC 8288). */
export function nextPage(link: string | null): string | null {
  for (const part of (link ?? '').split(/,(?=\s*<)/)) {
    const [, target, parameters] = /^\s*<([^>]*)>(.*)$/.exec(part) ?? [];
    if (target !== undefined && /;\s*rel="?next"?(?:;|\s|$)/.test(parameters ?? '')) return target;
  }
  return null;
}

function badAddress(message: string, hint: string): MkaError {
  return new MkaError('forge/bad-address', message, { hint, exitCode: EXIT.usage });
}
