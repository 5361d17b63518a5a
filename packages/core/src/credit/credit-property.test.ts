import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CreditShop, creditShop } from '../../test/credit-shop.ts'
import { seed } from '../../test/property-seed.ts'
import { expectSound, staff } from '../../test/test-shop.ts'

const amount = (max: number) => fc.integer({ min: 1, max })

/** What is done with a placed order, after which everything is refunded or it is cancelled. */
const step = fc.record({ amountMinor: amount(900), to: fc.constantFrom('original' as const, 'store_credit' as const) })

const story = fc.record({
  priceMinor: fc.integer({ min: 50, max: 900 }),
  cards: fc.array(amount(500), { maxLength: 3 }),
  grantedMinor: fc.integer({ min: 0, max: 500 }),
  storeCredit: fc.boolean(),
  declined: fc.boolean(),
  refunds: fc.array(step, { maxLength: 4 }),
  ending: fc.constantFrom('cancel' as const, 'refund' as const),
})

type Story = typeof story extends fc.Arbitrary<infer Told> ? Told : never

/** What of all credit is where: on cards, in the wallet, and at the bank for the shop. */
async function money(shop: CreditShop, cards: readonly { readonly id: string }[]) {
  const lefts: number[] = []
  for (const { id } of cards) lefts.push(await shop.left(id))
  const { capturedMinor = 0, refundedMinor = 0 } = shop.bank.ledger.totals().byCurrency.USD ?? {}
  return { lefts, wallet: await shop.wallet(), bank: capturedMinor - refundedMinor }
}

const sum = (amounts: readonly number[]) => amounts.reduce((all, one) => all + one, 0)

async function tell({ priceMinor, cards: amounts, grantedMinor, storeCredit, declined, refunds, ending }: Story): Promise<void> {
  const shop = await creditShop()
  const { commerce } = shop
  await commerce.catalog.setPrice({ sku: 'PDF', price: { currency: 'USD', amountMinor: priceMinor } })
  const cards: Awaited<ReturnType<CreditShop['card']>>[] = []
  for (const minor of amounts) cards.push(await shop.card(minor))
  if (grantedMinor > 0) await shop.grant(grantedMinor)
  const before = await money(shop, cards)
  const given = sum(before.lefts) + before.wallet

  const { order } = await shop.buy({ PDF: 1 }, { codes: cards.map(({ code }) => code), storeCredit, ...(declined ? { method: 'card_declined' } : {}) })
  const spendable = sum(amounts) + (storeCredit ? grantedMinor : 0)
  // The bank charges 50 at least.
  const dueMinor = priceMinor <= spendable ? 0 : Math.max(priceMinor - spendable, 50)
  expect(order.creditMinor).toBe(priceMinor - dueMinor)
  const placed = await money(shop, cards)
  expect(given - sum(placed.lefts) - placed.wallet).toBe(order.creditMinor)
  if (order.status === 'confirmed') expect(placed.bank + order.creditMinor).toBe(order.totalMinor)
  await expectSound(commerce)

  if (order.status === 'confirmed') {
    for (const refund of refunds) await commerce.orders.refund({ actor: staff, orderId: order.id, ...refund }).catch(refusedAsTooMuch)
    const kept = await money(shop, cards)
    // What left the order went to the bank's customer, to cards or to the wallet: nothing is made, and nothing is lost.
    const { refundableMinor } = await commerce.orders.refundable({ actor: staff, orderId: order.id })
    expect(kept.bank + given - sum(kept.lefts) - kept.wallet).toBe(refundableMinor)
    if (ending === 'refund' && refundableMinor > 0) await commerce.orders.refund({ actor: staff, orderId: order.id, amountMinor: refundableMinor })
  }
  if (ending === 'cancel' || order.status === 'pending') await commerce.orders.cancel({ actor: staff, orderId: order.id })
  const over = await money(shop, cards)
  expect(over.bank + given - sum(over.lefts) - over.wallet).toBe(0)
  expect((await commerce.orders.get({ actor: staff, id: order.id })).paymentStatus).toBe(order.status === 'pending' ? 'none' : 'refunded')
  await expectSound(commerce)
}

function refusedAsTooMuch(error: { readonly code?: string }): void {
  if (error.code !== 'REFUND_TOO_MUCH') throw error
}

test(`credit and charge are the total, and everything goes back once, whatever is bought, paid and refunded (seed ${seed})`, async () => {
  await fc.assert(fc.asyncProperty(story, tell), { seed, numRuns: 25, endOnFailure: true })
})
