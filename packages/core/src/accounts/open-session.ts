import { hashToken, newToken } from '../actor.ts'
import type { Context } from '../context.ts'
import type { CustomerId, SessionId } from '../ids.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { newSession, type OpenedSession } from './account.ts'

/** Rows whose time is over that each new session or token sweeps away, so that none pile up. */
const sweptRows = 20

/** Signs a customer in. Called under the customer's lock, by a transaction that has seen what they proved themselves by. */
export async function openSession({ ids, random, timing }: Context, tx: StorageTransaction, customerId: CustomerId): Promise<OpenedSession> {
  const token = newToken(random)
  const session = newSession(ids.next<SessionId>(), customerId, tx.now, timing)
  await tx.accounts.openSession({ session, tokenHash: hashToken(token) })
  await tx.accounts.prune({ limit: sweptRows })
  return { token, session }
}
