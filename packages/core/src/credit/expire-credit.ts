import type { Context } from '../context.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { postEntry } from './credit-writer.ts'

/** How many accounts are written off in one transaction. */
const expiredAtOnce = 200

/** Writes off what is left on gift cards whose time is over. @returns how many */
export async function expireCredit(context: Context, tx: StorageTransaction): Promise<number> {
  const due = await tx.credit.dueForExpiry({ limit: expiredAtOnce })
  if (due.length === 0) return 0
  // Locked, so that what is written off is what is there: nobody puts money on one meanwhile.
  const accounts = await tx.credit.lock({ accountIds: due.map(({ id }) => id) })
  const expired = accounts.filter(({ balanceMinor, expiresAt }) => balanceMinor > 0 && expiresAt !== null && expiresAt <= tx.now)
  for (const account of expired) {
    await postEntry(context, tx, account, { change: 'expire', amountMinor: -account.balanceMinor, actor: { type: 'system', id: null } })
  }
  return expired.length
}
