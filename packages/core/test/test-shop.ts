import { type Commerce, type CommerceOptions, createCommerce } from '@cartwright/core'
import { type FakePayments, fakePayments, type ManualClock, manualClock } from '@cartwright/testing'
import { testStorage } from './test-storage.ts'

export const address = { name: 'Ada Lovelace', line1: '12 St James Square', city: 'London', postalCode: 'SW1Y 4JH', country: 'GB' }
export const staff = { type: 'admin', id: 'ops-1' } as const

export interface TestShop {
  readonly commerce: Commerce
  readonly bank: FakePayments
  readonly clock: ManualClock
}

/** A shop of its own, in memory where the run says nothing else, with a bank and a clock that stands still: two goods in stock (`MUG` 12.50 ×10, `TEE-S` 20.00 ×5), a download and a free sample. */
export async function testShop(options: Partial<CommerceOptions> = {}): Promise<TestShop> {
  const clock = manualClock(new Date('2026-03-01T12:00:00Z'))
  const bank = fakePayments({ now: clock.date })
  const storage = options.storage ?? (await testStorage())
  const commerce = await createCommerce({ currency: 'USD', payments: [bank], clock, ...options, storage })
  const usd = (amountMinor: number) => [{ currency: 'USD', amountMinor }]
  const { rejected } = await commerce.catalog.upsertMany({
    products: [
      { handle: 'mug', title: 'Stoneware mug', variants: [{ sku: 'MUG', prices: usd(1250), stock: [{ quantity: 10 }], weightGrams: 350 }] },
      {
        handle: 'tee',
        title: 'Plain tee',
        options: ['Size'],
        variants: [{ sku: 'TEE-S', options: { Size: 'S' }, prices: usd(2000), stock: [{ quantity: 5 }] }],
      },
      { handle: 'guide', title: 'Brewing guide', variants: [{ sku: 'PDF', prices: usd(900), stockTracked: false }] },
      { handle: 'sample', title: 'Free sample', variants: [{ sku: 'FREE', prices: usd(0), stock: [{ quantity: 3 }] }] },
    ],
  })
  if (rejected.length > 0) throw new Error(`the test shop's goods were refused: ${JSON.stringify(rejected)}`)
  return { commerce, bank, clock }
}

/** A guest with a cart of these goods and a quote for it. */
export async function quotedCart(commerce: Commerce, goods: Readonly<Record<string, number>>) {
  const { cart, guestToken } = await commerce.carts.create({ currency: 'USD' })
  if (guestToken === undefined) throw new Error('a guest cart must come with a token')
  const actor = { type: 'guest', token: guestToken } as const
  for (const [sku, quantity] of Object.entries(goods)) await commerce.carts.addLine({ actor, cartId: cart.id, sku, quantity })
  const quote = await commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress: address, shippingMethod: 'standard' })
  return { actor, cartId: cart.id, quote }
}

type QuotedCart = Awaited<ReturnType<typeof quotedCart>>

/** Places a quoted cart. */
export function placeWith(
  commerce: Commerce,
  { actor, cartId, quote }: QuotedCart,
  method: string,
  idempotencyKey: string,
  capture: 'automatic' | 'manual' = 'automatic',
) {
  return commerce.checkout.place({ actor, cartId, expectedTotal: quote.total, payment: { provider: 'fake', method, capture }, idempotencyKey })
}

/** Units of a SKU at the main location. */
export async function stockOf(commerce: Commerce, sku: string): Promise<{ onHand: number; reserved: number }> {
  const [level] = await commerce.inventory.levels({ skus: [sku] })
  if (level === undefined) throw new Error(`no level for ${sku}`)
  return { onHand: level.onHand, reserved: level.reserved }
}

/** Fails, naming the violations, unless every invariant holds and our money is the bank's. */
export async function expectSound(commerce: Commerce): Promise<void> {
  const report = await commerce.audit({ providers: true, graceMs: 0 })
  const broken = report.checks.filter(({ violations }) => violations > 0)
  if (broken.length > 0) throw new Error(`audit: ${JSON.stringify(broken, null, 2)}`)
}
