/**
 * Turns passwords into hashes and checks them.
 *
 * **Contract for implementers**
 * - A hash carries all that is needed to check it: algorithm, costs, salt. Two hashes of one password differ.
 * - `verify` is false for another password and for what is no hash of this kind, and takes as long for a wrong password as for the right one.
 * - Neither `hash` nor `verify` holds up the event loop; both are called outside of every transaction.
 */
export interface PasswordHasher {
  /** @param params.password - 1 to 200 characters, already normalised */
  hash(params: { readonly password: string }): Promise<string>
  verify(params: { readonly password: string; readonly hash: string }): Promise<boolean>
  /** Whether the hash was made with other costs, or another algorithm, than new ones are. */
  needsRehash(params: { readonly hash: string }): boolean
}
