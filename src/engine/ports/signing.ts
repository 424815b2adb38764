/** A check of an SSH signature: the principal it is good for, or why it is none. */
export type SignatureCheck =
  | { readonly ok: true; readonly principal: string }
  | { readonly ok: false; readonly reason: 'unsigned' | 'unknown-key' | 'bad-signature' };

/**
 * SSH signatures over a plan digest, namespace `mka-plan` (`ssh-keygen -Y`). Promises: a signature is good only for the exact
 * text, in this namespace, by a key that the allowed-signers text names for the principal at that instant; keys and
 * passphrases never reach an argument list, a log or an error.
 */
export interface PlanSigner {
  sign(text: string, keyFile: string): Promise<string>;
  verify(text: string, signature: string, allowedSigners: string, atMs: number): Promise<SignatureCheck>;
}
