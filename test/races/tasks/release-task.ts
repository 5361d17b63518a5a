import { isCommerceError } from '@cartwright/core'
import type { Racer } from './racer-context.ts'

/** Releases one reservation several times at once. @returns the outcome of each call. */
export function releaseTask({ commerce, retrier }: Racer, params: { readonly reservationId: string; readonly times: number }): Promise<readonly string[]> {
  const release = async (): Promise<string> => {
    try {
      await retrier.run(() => commerce.inventory.release({ reservationId: params.reservationId }))
      return 'released'
    } catch (error) {
      return isCommerceError(error) ? error.code : String(error)
    }
  }
  return Promise.all(Array.from({ length: params.times }, release))
}
