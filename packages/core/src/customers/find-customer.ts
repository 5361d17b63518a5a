import type { Context } from '../context.ts'
import type { CustomerId } from '../ids.ts'
import type { Customer } from './customer.ts'
import { newCustomer } from './customer-writer.ts'

/**
 * A customer as they are now: the shop's own row, in which the host's directory, if there is one, has the say about the person. Asks the directory, so it must be
 * called outside of every transaction.
 */
export async function findCustomer({ storage, clock, directory }: Context, customerId: CustomerId): Promise<Customer | undefined> {
  const listed = directory && (await directory.find({ customerId }))
  if (directory !== undefined && listed === undefined) return undefined
  return storage.snapshot(
    clock.now(),
    async (snapshot) => {
      const stored = await snapshot.customers.find({ customerId })
      if (listed === undefined) return stored
      const { email, emailVerified, name, phone } = listed
      const row = stored ?? newCustomer(customerId, snapshot.now)
      return { ...row, email, emailVerifiedAt: emailVerified && email !== null ? (row.emailVerifiedAt ?? snapshot.now) : null, name, phone }
    },
    { fresh: true },
  )
}
