import type { CustomerId, SessionId } from '../ids.ts'
import type { Session, StoredToken, TokenPurpose } from './account.ts'

/** By what a customer is known to be themselves. */
export interface Credentials {
  readonly customerId: CustomerId
  readonly passwordHash: string
}

export interface AccountReader {
  /** Those of the customer with this address of mail, in small letters. */
  credentialsByEmail(params: { readonly emailKey: string }): Promise<Credentials | undefined>
  credentials(params: { readonly customerId: CustomerId }): Promise<Credentials | undefined>
  /** Whose token it is; undefined when there is none of this purpose, or its time is over. */
  tokenOwner(params: { readonly tokenHash: string; readonly purpose: TokenPurpose }): Promise<CustomerId | undefined>
  /** The session of a token; undefined when there is none, or its time is over. */
  session(params: { readonly tokenHash: string }): Promise<Session | undefined>
  /** The customer's sessions whose time is not over, newest first. */
  sessions(params: { readonly customerId: CustomerId }): Promise<readonly Session[]>
}

/** Persistence of passwords, tokens and sessions: hashes only. A caller has the customer's lock (`CustomerStore.lock`) while it changes anything of theirs. */
export interface AccountStore extends AccountReader {
  /** Sets the customer's password, in place of the one there. */
  putPassword(credentials: Credentials): Promise<void>
  putToken(token: StoredToken): Promise<void>
  /**
   * Uses a token up: one guarded step, so that of many who try one succeeds.
   *
   * @returns false when there is none of this purpose and customer, or its time is over.
   */
  useToken(params: { readonly tokenHash: string; readonly purpose: TokenPurpose; readonly customerId: CustomerId }): Promise<boolean>
  /** Makes every token of the customer useless. */
  dropTokens(params: { readonly customerId: CustomerId }): Promise<void>
  openSession(params: { readonly session: Session; readonly tokenHash: string }): Promise<void>
  /** Saves when the session was used and when it expires. @returns false when there is none of this token any more. */
  touchSession(params: { readonly session: Session; readonly tokenHash: string }): Promise<boolean>
  /** Gives a session another token, after which the old one is worth nothing. @returns false when there is none of the old token, or its time is over. */
  rotateSession(params: { readonly tokenHash: string; readonly newTokenHash: string }): Promise<boolean>
  /** Ends the session of a token. @returns false when there is none. */
  endSession(params: { readonly tokenHash: string }): Promise<boolean>
  /** Ends the customer's sessions, or the one that is named. @returns how many. */
  endSessions(params: { readonly customerId: CustomerId; readonly sessionId?: SessionId }): Promise<number>
  /** Deletes sessions whose time is over, and tokens, but for those that confirm an address: `unconfirmed` goes by them. @returns how many. */
  prune(params: { readonly limit: number }): Promise<number>
  /**
   * Customers who registered, whose time to confirm their address was over by then, oldest first, and who were never more than that: nothing of their profile
   * was changed, no other token waits for them, and they have no session, cart, order, address, review, wish list or credit.
   *
   * @param customerId - only whether this one is.
   */
  unconfirmed(params: { readonly before: Date; readonly limit: number; readonly customerId?: CustomerId }): Promise<readonly CustomerId[]>
  /** Deletes tokens whose time to confirm an address was over by then: their owners are customers all the same. @returns how many. */
  forgetConfirmations(params: { readonly before: Date; readonly limit: number }): Promise<number>
}
