import type { CustomerId, SessionId } from '../ids.ts'
import { addMs } from '../time.ts'

/** What a token sent by mail is good for. */
export type TokenPurpose = 'verify_email' | 'reset_password'

/** A token as it is stored: the hash of what was sent. */
export interface StoredToken {
  readonly tokenHash: string
  readonly customerId: CustomerId
  readonly purpose: TokenPurpose
  readonly expiresAt: Date
  readonly createdAt: Date
}

/** A mail that the host is to send. `token` is shown once, here; the shop keeps its hash. */
export interface AccountMail {
  /** `already_registered`: somebody has tried to register with this address again; the token lets its owner choose a new password. */
  readonly kind: 'verify_email' | 'already_registered' | 'reset_password'
  readonly to: string
  readonly token: string
  readonly expiresAt: Date
}

/** A browser or device on which a customer is signed in. */
export interface Session {
  readonly id: SessionId
  readonly customerId: CustomerId
  readonly createdAt: Date
  /** When it was last used, to within a twentieth of `timing.sessionIdleMs`. */
  readonly seenAt: Date
  /** When it ends unless it is used before. */
  readonly expiresAt: Date
  /** When it ends, used or not. */
  readonly endsAt: Date
}

/** A session with the token that is its only key: shown once, stored hashed. */
export interface OpenedSession {
  readonly token: string
  readonly session: Session
}

/** How long sessions last. */
export interface SessionTimes {
  readonly sessionIdleMs: number
  readonly sessionMaxMs: number
}

export function newSession(id: SessionId, customerId: CustomerId, now: Date, { sessionIdleMs, sessionMaxMs }: SessionTimes): Session {
  const endsAt = addMs(now, sessionMaxMs)
  return { id, customerId, createdAt: now, seenAt: now, expiresAt: earlier(addMs(now, sessionIdleMs), endsAt), endsAt }
}

/** The session after it was used. The very same object when it was used a short while ago: nothing is written for that. */
export function usedSession(session: Session, now: Date, { sessionIdleMs }: SessionTimes): Session {
  if (now.getTime() - session.seenAt.getTime() < sessionIdleMs / 20) return session
  return { ...session, seenAt: now, expiresAt: earlier(addMs(now, sessionIdleMs), session.endsAt) }
}

function earlier(a: Date, b: Date): Date {
  return a < b ? a : b
}
