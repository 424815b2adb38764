/** Environment variables of a process. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** How git may reach a repository; `http` without TLS is for a server on the same machine. */
export type Protocol = 'https' | 'ssh' | 'file' | 'http';

/** What a program needs of the operator's environment: none of it is git's own (GIT_DIR of a hook, GIT_SSH_COMMAND). */
const KEPT: readonly string[] = [
  ...['PATH', 'HOME', 'TMPDIR', 'USER', 'LOGNAME', 'SSH_AUTH_SOCK', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'GIT_SSL_CAINFO'],
  ...['http_proxy', 'https_proxy', 'no_proxy', 'all_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY'],
  ...['SYSTEMROOT', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA', 'PATHEXT', 'TEMP', 'TMP'],
];

const HARDENED: Readonly<Record<string, string>> = {
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_PROTOCOL_FROM_USER: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_NO_LAZY_FETCH: '1',
  GIT_GRAFT_FILE: '/dev/null',
  GIT_SSH_VARIANT: 'ssh',
  GIT_SSH_COMMAND: 'ssh -oBatchMode=yes -oConnectTimeout=20 -oPermitLocalCommand=no -oClearAllForwardings=yes',
};

/** The whole environment of a run of git. */
export function gitVariables(variables: Variables, protocols: readonly Protocol[]): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of KEPT) {
    const value = variables[name];
    if (value !== undefined) kept[name] = value;
  }
  // A list that names no transport refuses them all, a missing object's lazy fetch included.
  return { ...kept, ...HARDENED, GIT_ALLOW_PROTOCOL: protocols.length === 0 ? 'none' : protocols.join(':') };
}
