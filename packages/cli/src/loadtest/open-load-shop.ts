import type { Commerce, CommerceOptions } from '@cartwright/core'
import { fakePaymentsClient } from '@cartwright/testing'
import { withCommerce } from '../open-shop.ts'
import { bankName, type LoadSpec } from './load-spec.ts'

/**
 * Opens the shop of a load test: as configured, except that it is paid through the bank of this run alone. No provider of the shop's own is asked for anything.
 */
export function withLoadShop<T>(
  { shop, run, bankUrl, strategy }: Pick<LoadSpec, 'shop' | 'run' | 'bankUrl' | 'strategy'>,
  work: (commerce: Commerce, config: CommerceOptions) => Promise<T>,
): Promise<T> {
  const adapt = (config: CommerceOptions): CommerceOptions => ({
    ...config,
    payments: [fakePaymentsClient({ url: bankUrl, name: bankName(run) })],
    ...(strategy === null ? {} : { inventory: { ...(config.inventory?.batch === undefined ? {} : { batch: config.inventory.batch }), strategy } }),
  })
  return withCommerce(shop, { create: true, adapt }, work)
}
