import { uuidV7Source } from '@cartwright/core'
import type { PaymentProvider } from '@cartwright/core/ports'
import { overlay } from '../overlay.ts'

const ids = uuidV7Source()

/** Sends every attempt at a refund under a new key and does not look what the earlier ones did: a lost answer means another refund. */
export function refundWithFreshKey(provider: PaymentProvider): PaymentProvider {
  return overlay(provider, {
    refund: (params) => provider.refund({ ...params, idempotencyKey: ids.next() }),
    findRefunds: async () => [],
  })
}
