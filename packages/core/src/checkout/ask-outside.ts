import type { Context } from '../context.ts'
import { CommerceError, isCommerceError } from '../errors.ts'
import { underDeadline } from '../runtime/under-deadline.ts'

/**
 * Asks the shop's tax calculator or shipping rates, which may be far away, under the deadline of providers. Only outside of transactions.
 *
 * @throws DEPENDENCY_UNAVAILABLE when it does not answer or fails; what it throws as a `CommerceError` is passed on
 */
export async function askService<T>({ timing }: Context, dependency: 'tax' | 'shipping', ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
  try {
    return await underDeadline(`the ${dependency} service`, timing.providerTimeoutMs, ask)
  } catch (cause) {
    if (isCommerceError(cause)) throw cause
    const late = cause instanceof DOMException && cause.name === 'TimeoutError'
    throw new CommerceError('DEPENDENCY_UNAVAILABLE', { details: { dependency, reason: late ? 'timeout' : 'refused' }, cause })
  }
}

/** @throws ANSWER_INVALID unless each is an integer ≥ 0 */
export function requireAmounts(dependency: string, amounts: readonly unknown[]): void {
  const wrong = amounts.findIndex((amount) => typeof amount !== 'number' || !Number.isSafeInteger(amount) || amount < 0)
  if (wrong >= 0) throw invalidAnswer(dependency, `amount ${wrong + 1} is no integer from 0 up`)
}

export function invalidAnswer(dependency: string, reason: string): CommerceError<'ANSWER_INVALID'> {
  return new CommerceError('ANSWER_INVALID', { details: { dependency, reason } })
}
