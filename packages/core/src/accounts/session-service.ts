import { type Actor, hashToken, newToken } from '../actor.ts'
import type { Context } from '../context.ts'
import { customerMeant } from '../customers/customer-actor.ts'
import { CommerceError } from '../errors.ts'
import type { CustomerId, SessionId } from '../ids.ts'
import { parseInput } from '../parse-input.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { type OpenedSession, type Session, usedSession } from './account.ts'
import { type OfSessionInput, type OfSessionsInput, ofSessionInput, ofSessionsInput, type SessionTokenInput, sessionTokenInput } from './account-input.ts'

/** Who is signed in where. A session's token is its only key, and is stored hashed. */
export class SessionService {
  readonly #context: Context

  constructor(context: Context) {
    this.#context = context
  }

  /**
   * Whose token it is, as the actor that other methods take. Using a session puts its end off, up to `timing.sessionMaxMs` from when it began.
   *
   * @throws SESSION_INVALID for a token that is unknown, ended or too old: the three look the same
   */
  async authenticate(params: SessionTokenInput): Promise<{ readonly actor: Extract<Actor, { type: 'customer' }>; readonly session: Session }> {
    const tokenHash = hashToken(parseInput(sessionTokenInput, params).token)
    const { storage, clock, timing } = this.#context
    const found = await storage.snapshot(
      clock.now(),
      async ({ accounts, now }) => {
        const session = await accounts.session({ tokenHash })
        return session && { session, used: usedSession(session, now, timing) }
      },
      { fresh: true },
    )
    if (found === undefined) throw sessionInvalid()
    const { session, used } = found
    if (used !== session && !(await storage.transaction(clock.now(), ({ accounts }) => accounts.touchSession({ session: used, tokenHash })))) {
      throw sessionInvalid()
    }
    return { actor: { type: 'customer', customerId: used.customerId }, session: used }
  }

  /** Gives a session another token, for when its holder becomes able to do more. The old token is worth nothing afterwards. @throws SESSION_INVALID */
  async rotate(params: SessionTokenInput): Promise<OpenedSession> {
    const tokenHash = hashToken(parseInput(sessionTokenInput, params).token)
    const token = newToken(this.#context.random)
    const newTokenHash = hashToken(token)
    return this.#write(async ({ accounts }) => {
      const session = (await accounts.rotateSession({ tokenHash, newTokenHash })) ? await accounts.session({ tokenHash: newTokenHash }) : undefined
      if (session === undefined) throw sessionInvalid()
      return { token, session }
    })
  }

  /** Signs out where this token is kept. Does nothing when it is worth nothing already. */
  async end(params: SessionTokenInput): Promise<void> {
    const tokenHash = hashToken(parseInput(sessionTokenInput, params).token)
    await this.#write(({ accounts }) => accounts.endSession({ tokenHash }))
  }

  /** Where a customer is signed in, newest first. @throws FORBIDDEN, NOT_FOUND */
  async list(params: OfSessionsInput): Promise<readonly Session[]> {
    const { actor, customerId } = parseInput(ofSessionsInput, params)
    const id = customerMeant(actor, customerId)
    return this.#context.storage.snapshot(this.#context.clock.now(), ({ accounts }) => accounts.sessions({ customerId: id }), { fresh: true })
  }

  /** Signs a customer out in one place. @throws FORBIDDEN, NOT_FOUND, of a session that is not theirs too */
  async revoke(params: OfSessionInput): Promise<void> {
    const { actor, customerId, sessionId } = parseInput(ofSessionInput, params)
    const ended = await this.#endAll(customerMeant(actor, customerId), sessionId as SessionId)
    if (ended === 0) throw new CommerceError('NOT_FOUND', { details: { object: 'session' } })
  }

  /** Signs a customer out everywhere. @returns in how many places. @throws FORBIDDEN, NOT_FOUND */
  async revokeAll(params: OfSessionsInput): Promise<{ readonly ended: number }> {
    const { actor, customerId } = parseInput(ofSessionsInput, params)
    return { ended: await this.#endAll(customerMeant(actor, customerId)) }
  }

  /** Under the customer's lock: nobody who signs in at this moment is missed. */
  #endAll(customerId: CustomerId, sessionId?: SessionId): Promise<number> {
    return this.#write(async ({ customers, accounts }) => {
      await customers.lock({ customerId })
      return accounts.endSessions({ customerId, ...(sessionId === undefined ? {} : { sessionId }) })
    })
  }

  #write<T>(work: (tx: StorageTransaction) => Promise<T>): Promise<T> {
    const { storage, clock } = this.#context
    return storage.transaction(clock.now(), work)
  }
}

function sessionInvalid(): CommerceError {
  return new CommerceError('SESSION_INVALID', { details: {} })
}
