import { isCommerceError } from '@cartwright/core'
import type { Racer } from './racer-context.ts'

/** Reserves the same claims several times at once. @returns the outcome of each call. */
export function claimTask(
  { commerce, retrier }: Racer,
  params: { readonly claims: readonly { readonly sku: string; readonly quantity: number }[]; readonly times: number },
): Promise<readonly string[]> {
  const claim = async (): Promise<string> => {
    try {
      await retrier.run(() => commerce.inventory.reserve({ claims: [...params.claims], holder: { type: 'external', id: 'a rush' } }))
      return 'held'
    } catch (error) {
      return isCommerceError(error) ? error.code : String(error)
    }
  }
  return Promise.all(Array.from({ length: params.times }, claim))
}
