import { uuidV7Source } from '@cartwright/core'
import type { PaymentProvider } from '@cartwright/core/ports'
import { overlay } from '../overlay.ts'

const ids = uuidV7Source()

/** Charges under a new key each time and does not find what was charged before: whoever was cut off pays twice. The classic double charge. */
export function startWithFreshKey(provider: PaymentProvider): PaymentProvider {
  return overlay(provider, {
    start: (params) => provider.start({ ...params, idempotencyKey: ids.next() }),
    findByOurId: async () => [],
  })
}
