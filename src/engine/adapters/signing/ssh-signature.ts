/** The public key of an armoured SSH signature, as it stands in an allowed-signers file; null when it cannot be read. */
export function publicKeyOf(signature: string): string | null {
  const [, body] =
    /^-----BEGIN SSH SIGNATURE-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END SSH SIGNATURE-----\s*$/.exec(signature) ?? [];
  if (body === undefined) return null;
  const bytes = Buffer.from(body, 'base64');
  // openssh PROTOCOL.sshsig: the magic "SSHSIG", a version, then the length of the key and the key.
  const at = 6 + 4 + 4;
  if (bytes.length < at || bytes.toString('latin1', 0, 6) !== 'SSHSIG') return null;
  const length = bytes.readUInt32BE(10);
  return length <= bytes.length - at ? bytes.subarray(at, at + length).toString('base64') : null;
}

/** Lines of an allowed-signers text that name this very key, not as an authority for others. */
export function linesNaming(key: string, allowedSigners: string): string[] {
  return allowedSigners
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => !line.startsWith('#'))
    .filter((line) => line.split(/\s+/).includes(key) && !/\bcert-authority\b/i.test(line));
}
