import { type Actor, requireStaff } from '../actor.ts'
import { CommerceError } from '../errors.ts'
import type { CustomerId } from '../ids.ts'

/**
 * Whom a call is about: a customer's own, or the one that staff name.
 *
 * @throws FORBIDDEN for guests; NOT_FOUND for a customer who names another; INVALID_INPUT for staff who name nobody
 */
export function customerMeant(actor: Actor, named: string | undefined): CustomerId {
  if (actor.type === 'guest') throw new CommerceError('FORBIDDEN', { details: { required: 'customer' } })
  if (actor.type === 'customer') {
    if (named !== undefined && named !== actor.customerId) throw noSuchCustomer()
    return actor.customerId as CustomerId
  }
  requireStaff(actor)
  if (named !== undefined) return named as CustomerId
  throw new CommerceError('INVALID_INPUT', { details: { issues: [{ path: 'customerId', message: 'says which customer is meant' }] } })
}

export function noSuchCustomer(): CommerceError {
  return new CommerceError('NOT_FOUND', { details: { object: 'customer' } })
}
