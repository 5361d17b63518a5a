import type { Context } from '../context.ts'
import { eraseCustomer } from '../customers/erase-customer.ts'
import { isCommerceError } from '../errors.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { addMs } from '../time.ts'

/** How many accounts go in one sweep. */
const expiredAtOnce = 100

/**
 * Sweeps away what registering has left: sessions and tokens whose time is over, and accounts whose address of mail nobody has confirmed in time and that have nothing
 * in the shop. Each account goes in a transaction of its own, which looks again: it may have come to life meanwhile.
 *
 * @param limit - sessions, and tokens, at most.
 * @returns how many of all.
 */
export async function expireAccounts(context: Context, limit: number): Promise<number> {
  const { storage, clock, timing } = context
  const { before, swept, due } = await storage.transaction(clock.now(), async (tx) => {
    const end = addMs(tx.now, -timing.unconfirmedMs)
    return { before: end, swept: await tx.accounts.prune({ limit }), due: await tx.accounts.unconfirmed({ before: end, limit: expiredAtOnce }) }
  })
  let erased = 0
  for (const customerId of due) {
    const stillDue = async ({ accounts }: StorageTransaction) => (await accounts.unconfirmed({ before, limit: 1, customerId })).length === 1
    try {
      if ((await eraseCustomer(context, customerId, { provided: stillDue })) !== undefined) erased += 1
    } catch (error) {
      // An order has come at the last moment: it is an account that is used.
      if (!isCommerceError(error, 'CUSTOMER_BUSY')) throw error
    }
  }
  if (due.length === expiredAtOnce) return swept + erased
  return swept + erased + (await storage.transaction(clock.now(), (tx) => tx.accounts.forgetConfirmations({ before, limit })))
}
