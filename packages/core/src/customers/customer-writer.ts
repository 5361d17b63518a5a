import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { CustomerChange } from '../events/domain-event.ts'
import { makeEvent } from '../events/make-event.ts'
import type { CustomerId } from '../ids.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import type { Customer } from './customer.ts'

/** A customer of whom nothing is known yet. */
export function newCustomer(id: CustomerId, now: Date): Customer {
  return { id, email: null, emailVerifiedAt: null, name: null, phone: null, groups: [], version: 1, createdAt: now, updatedAt: now }
}

/** Appends the event of a change. */
export function announceCustomer(context: Pick<Context, 'ids'>, tx: StorageTransaction, customer: Customer, change: CustomerChange): Promise<void> {
  const subject = { aggregateType: 'customer', aggregateId: customer.id, aggregateVersion: customer.version } as const
  return tx.outbox.append([makeEvent(context, tx.now, 'customer.changed', subject, { customerId: customer.id, change })])
}

/**
 * The customer under their lock; of one whom the shop has not met, a new row.
 *
 * @throws CONFLICT when somebody else made it, and took it away again, at the same moment
 */
export async function lockedOrNew(context: Pick<Context, 'ids'>, tx: StorageTransaction, customerId: CustomerId): Promise<Customer> {
  const known = await tx.customers.lock({ customerId })
  if (known !== undefined) return known
  const made = newCustomer(customerId, tx.now)
  if ((await tx.customers.insert(made)) === 'inserted') {
    await announceCustomer(context, tx, made, 'created')
    return made
  }
  const others = await tx.customers.lock({ customerId })
  if (others === undefined) throw new CommerceError('CONFLICT', { details: { object: 'customer' } })
  return others
}

/** Saves what has changed, with its event. @param before - read under its lock @throws EMAIL_TAKEN, CONFLICT */
export async function saveCustomer(
  context: Pick<Context, 'ids'>,
  tx: StorageTransaction,
  before: Customer,
  changes: Partial<Pick<Customer, 'email' | 'emailVerifiedAt' | 'name' | 'phone' | 'groups'>>,
  change: CustomerChange,
): Promise<Customer> {
  const customer: Customer = { ...before, ...changes, version: before.version + 1, updatedAt: tx.now }
  const saved = await tx.customers.save({ customer, expectedVersion: before.version })
  if (saved === 'email_taken') throw new CommerceError('EMAIL_TAKEN', { details: {} })
  if (saved === 'stale') throw new CommerceError('CONFLICT', { details: { object: 'customer' } })
  await announceCustomer(context, tx, customer, change)
  return customer
}
