import { setTimeout as sleep } from 'node:timers/promises'
import { isCommerceError } from '@cartwright/core'
import type { Racer } from './racer-context.ts'

export interface AdminPlan {
  readonly sku: string
  /** The prices that it is given, in cents. */
  readonly pricesMinor: readonly number[]
  /** The product that is taken off sale half-way. */
  readonly archived: string
}

/** What the back office did. */
export interface AdminWork {
  /** Units put in, less those taken out. */
  readonly units: number
  /** When the product had been taken off sale, in epoch milliseconds; null when that was another's work. */
  readonly archivedAtMs: number | null
}

/** Changes stock, price and price list of one SKU over and over until the race is called off, and takes another product off sale. */
export async function adminTask(racer: Racer, plan: AdminPlan): Promise<AdminWork> {
  const { commerce, random, retrier } = racer
  let units = 0
  let archivedAtMs: number | null = null
  for (let round = 0; !racer.isStopped(); round += 1) {
    units += await adjust(racer, plan.sku, random.pick([-3, -1, 1, 2]))
    const amountMinor = random.pick(plan.pricesMinor)
    await retrier.run(() => commerce.catalog.setPrice({ sku: plan.sku, price: { amountMinor, currency: 'USD' } }))
    await changeList(racer, plan)
    if (round === 1) {
      const { id } = await commerce.catalog.get({ handle: plan.archived })
      await retrier.run(() => commerce.catalog.archive({ productId: id }))
      archivedAtMs = Date.now()
    }
    await sleep(random.integer(0, 300))
  }
  return { units, archivedAtMs }
}

/** A list for everybody comes, changes, and goes. */
async function changeList({ commerce, random, retrier }: Racer, { sku, pricesMinor }: AdminPlan): Promise<void> {
  const list = { actor: { type: 'system' }, code: 'flash' } as const
  const active = random.integer(0, 2) > 0
  await retrier.run(() => commerce.prices.save({ ...list, name: 'Flash', currency: 'USD', active }))
  const prices = [{ sku, minQuantity: random.integer(1, 2), amountMinor: random.pick(pricesMinor) }]
  await retrier.run(() => commerce.prices.setPrices({ ...list, prices }))
}

/** Never below what is promised: that is refused, and nothing moves. */
async function adjust({ commerce, retrier }: Racer, sku: string, by: number): Promise<number> {
  try {
    const { delta } = await retrier.run(() => commerce.inventory.adjust({ sku, by, reason: by > 0 ? 'received' : 'damaged' }))
    return delta
  } catch (error) {
    if (isCommerceError(error, 'STOCK_RESERVED')) return 0
    throw error
  }
}
