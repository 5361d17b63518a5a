import type { Arena } from '../arena.ts'
import { type CaseOptions, type CaseResult, dealt, type Finding, merged, runCase } from '../race-case.ts'
import { racerSetup } from '../racer-setup.ts'
import { race } from '../start-racer.ts'
import { type Answer, address, customer, type ReadyCart } from '../tasks/buyer.ts'
import type { PlacePlan } from '../tasks/place-task.ts'
import type { StaffPlan } from '../tasks/staff-task.ts'

const staff = { type: 'admin', id: 'ops' } as const
const supply = { HOT: { main: 2_000 } }

/** Quotes carts anew, each to be paid by the gift card up to an amount. */
function payByCard(arena: Arena, carts: readonly ReadyCart[], code: string, maxMinor: number): Promise<unknown> {
  const credits = { giftCards: [code], maxMinor }
  return arena.use(({ checkout }) =>
    Promise.all(
      carts.map(({ customerId, cartId }) =>
        checkout.quote({ actor: customer(customerId), cartId, shippingAddress: address, shippingMethod: 'standard', credits }),
      ),
    ),
  )
}

async function placeAll(arena: Arena, carts: readonly ReadyCart[]): Promise<{ readonly answers: readonly Answer[]; readonly busy: readonly string[] }> {
  const plans = carts.map((cart): PlacePlan => ({ who: cart.customerId, cart, method: 'card_ok', idempotencyKey: cart.cartId }))
  const finishes = await race(dealt(plans).map((share, index) => racerSetup(arena, index, 'place', { plans: share })))
  return { answers: finishes.flatMap(({ results }) => results), busy: finishes.flatMap(({ busy }) => busy) }
}

/** The first part: 32 orders, of each of which the one card is to pay 30 and has 100 for all: three are sold, and 10 are left. */
function oneCardForAll(options: CaseOptions, buyers: number): Promise<CaseResult> {
  return runCase('A6', options, { supply }, async (arena) => {
    const carts = await arena.readyCarts(
      Array.from({ length: buyers }, (_, index) => `buyer-${index}`),
      () => ({ HOT: 3 }),
    )
    const { giftCard, code } = await arena.use(({ giftCards }) => giftCards.issue({ actor: staff, amountMinor: 100_00 }))
    await payByCard(arena, carts, code ?? '', 30_00)
    const { answers, busy } = await placeAll(arena, carts)
    const left = (await arena.use(({ giftCards }) => giftCards.find({ actor: staff, giftCardId: giftCard.id }))).balanceMinor
    return ({ orders }): Finding => {
      const sold = orders.filter(({ status }) => status === 'confirmed')
      const charged = arena.bank.ledger.totals().byCurrency.USD?.capturedMinor ?? 0
      const due = sold.reduce((sum, { totalMinor, creditMinor }) => sum + totalMinor - creditMinor, 0)
      const odd = answers.filter(({ outcome }) => outcome !== 'confirmed' && outcome !== 'CREDIT_INSUFFICIENT')
      return {
        problems: [
          ...busy,
          ...odd.map(({ who, outcome, message }) => `${who}: ${outcome} ${message ?? ''}`),
          ...(sold.length === 3 && orders.length === 3 ? [] : [`${sold.length} sold of ${orders.length} orders by a card for three`]),
          ...(left === 10_00 ? [] : [`${left} left on the card instead of 1000`]),
          ...(charged === due ? [] : [`the bank was charged ${charged} for ${due}`]),
        ],
      }
    }
  })
}

/** The second: of orders that the card has paid in part, each is refunded twice at once, 60 of 100: one refund goes. */
function refundsOfSplitOrders(options: CaseOptions, count: number): Promise<CaseResult> {
  return runCase('A6', options, { supply }, async (arena) => {
    const carts = await arena.readyCarts(
      Array.from({ length: count }, (_, index) => `buyer-${index}`),
      () => ({ HOT: 8 }),
    )
    const { giftCard, code } = await arena.use(({ giftCards }) => giftCards.issue({ actor: staff, amountMinor: count * 70_00 }))
    await payByCard(arena, carts, code ?? '', 70_00)
    const placed = await placeAll(arena, carts)
    const orderIds = placed.answers.flatMap(({ orderId }) => (orderId === null ? [] : [orderId]))
    const plans = orderIds.flatMap((orderId): StaffPlan[] => Array.from({ length: 2 }, () => ({ orderId, act: 'refund_amount', amountMinor: 60_00 })))
    const finishes = await race(dealt(plans).map((share, index) => racerSetup(arena, index, 'staff', { plans: share })))
    const answers = finishes.flatMap(({ results }) => results)
    const left = (await arena.use(({ giftCards }) => giftCards.find({ actor: staff, giftCardId: giftCard.id }))).balanceMinor
    return (): Finding => {
      const done = answers.filter(({ outcome }) => outcome === 'done').length
      const refused = answers.filter(({ outcome }) => outcome === 'REFUND_TOO_MUCH').length
      const returned = arena.bank.ledger.totals().byCurrency.USD?.refundedMinor ?? 0
      return {
        problems: [
          ...placed.busy,
          ...finishes.flatMap(({ busy }) => busy),
          ...(done === count && refused === count ? [] : [`${done} refunds done and ${refused} refused of ${count} orders`]),
          ...(returned === count * 30_00 && left === count * 30_00 ? [] : [`the bank returned ${returned}, and ${left} went back to the card`]),
        ],
      }
    }
  })
}

/** A6: one gift card of 100 is to pay 30 of each of 32 orders; two refunds of 60 on orders of 100 that a gift card has paid in part. */
export async function oneGiftCard(options: CaseOptions): Promise<CaseResult> {
  const full = options.size === 'full'
  return merged(options, [await oneCardForAll(options, full ? 320 : 32), await refundsOfSplitOrders(options, full ? 40 : 4)])
}
