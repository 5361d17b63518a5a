import { seededRandom } from '@cartwright/testing'
import type { Arena } from '../arena.ts'
import { type CaseOptions, type CaseResult, dealt, type Finding, runCase } from '../race-case.ts'
import { racerSetup } from '../racer-setup.ts'
import { Retrier } from '../retrier.ts'
import { race } from '../start-racer.ts'
import { type Answer, address, customer, type ReadyCart } from '../tasks/buyer.ts'

const staff = { type: 'admin', id: 'staff' } as const
const code = 'ONCE'

/** How often the code may be used. */
interface CodeLimits {
  /** Orders with this very code. */
  readonly ofCode: number | null
  readonly perCustomer: number | null
}

/** Makes a promotion of half the price with a code, and a quoted cart with the code for each of the customers. */
function cartsWithCode(arena: Arena, seed: number, customers: readonly string[], { ofCode, perCustomer }: CodeLimits): Promise<readonly ReadyCart[]> {
  return arena.use(async (commerce) => {
    const effect = { type: 'percentage', basisPoints: 5_000 } as const
    const { id: promotionId } = await commerce.promotions.create({ actor: staff, name: 'Half', effect, limits: { perCustomer } })
    await commerce.vouchers.create({ actor: staff, promotionId, code, limit: ofCode })
    const retrier = new Retrier(seededRandom(seed))
    return Promise.all(
      customers.map(async (customerId): Promise<ReadyCart> => {
        const actor = customer(customerId)
        const { cart } = await retrier.run(() => commerce.carts.create({ actor, currency: 'USD' }))
        await retrier.run(() => commerce.carts.addLine({ actor, cartId: cart.id, sku: 'HOT', quantity: 1 }))
        await retrier.run(() => commerce.carts.applyVoucher({ actor: staff, cartId: cart.id, code }))
        const { total } = await retrier.run(() => commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress: address, shippingMethod: 'standard' }))
        return { customerId, cartId: cart.id, total }
      }),
    )
  })
}

/** Places all carts at once, from four processes. */
async function placeAll(arena: Arena, carts: readonly ReadyCart[], round: string) {
  const plans = carts.map((cart, index) => ({ who: `${round}-${index}`, cart, method: 'card_ok', idempotencyKey: `${round}-${index}` }))
  const finishes = await race(dealt(plans).map((share, index) => racerSetup(arena, index, 'place', { plans: share })))
  return { answers: finishes.flatMap(({ results }) => results), busy: finishes.flatMap(({ busy }) => busy) }
}

/** One has had the code, all others were told that it is used up. */
function oneHadIt(round: string, { answers, busy }: { readonly answers: readonly Answer[]; readonly busy: readonly string[] }): readonly string[] {
  const counts = (outcome: string) => answers.filter((answer) => answer.outcome === outcome).length
  const odd = answers.filter(({ outcome }) => outcome !== 'confirmed' && outcome !== 'VOUCHER_REFUSED')
  const [used, refused] = [counts('confirmed'), counts('VOUCHER_REFUSED')]
  return [
    ...busy,
    ...odd.map(({ who, outcome, message }) => `${who}: ${outcome} ${message ?? ''}`),
    ...(used === 1 && used + refused === answers.length ? [] : [`${round}: ${used} of ${answers.length} orders have the voucher, ${refused} were refused`]),
  ]
}

/** What the shop has counted in the end. */
function counted(arena: Arena): Promise<readonly [ofCode: number, ofPromotion: number]> {
  return arena.use(async (commerce) => {
    const { used, promotion } = await commerce.vouchers.get({ actor: staff, code })
    return [used, promotion.used] as const
  })
}

/** A4: a voucher that may be used once, 64 buyers; the one who has it cancels, and all others try again. */
export function singleUse(options: CaseOptions): Promise<CaseResult> {
  return runCase('A4', options, { supply: { HOT: { main: 100 } } }, async (arena) => {
    const buyers = Array.from({ length: 64 }, (_, index) => `buyer-${index}`)
    const carts = await cartsWithCode(arena, options.seed, buyers, { ofCode: 1, perCustomer: null })
    const first = await placeAll(arena, carts, 'first')
    const winner = first.answers.find(({ outcome }) => outcome === 'confirmed')
    const orderId = winner?.orderId ?? ''
    const order = await arena.use(async ({ orders }) => (orderId === '' ? undefined : orders.cancel({ actor: staff, orderId })))
    const second = await placeAll(
      arena,
      carts.filter(({ cartId }) => cartId !== order?.cartId),
      'second',
    )
    const uses = await counted(arena)
    return (): Finding => ({
      problems: [
        ...oneHadIt('first', first),
        ...oneHadIt('second', second),
        ...(uses.every((count) => count === 1) ? [] : [`counted are ${uses.join(' and ')} uses of one`]),
      ],
    })
  })
}

/** A5: a voucher that each customer may use once, which one customer uses for the first time with 32 carts at once. */
export function firstUse(options: CaseOptions): Promise<CaseResult> {
  return runCase('A5', options, { supply: { HOT: { main: 100 } } }, async (arena) => {
    const carts = await cartsWithCode(
      arena,
      options.seed,
      Array.from({ length: 32 }, () => 'ada'),
      { ofCode: null, perCustomer: 1 },
    )
    const raced = await placeAll(arena, carts, 'ada')
    const uses = await counted(arena)
    return (): Finding => ({
      problems: [...oneHadIt('ada', raced), ...(uses.every((count) => count === 1) ? [] : [`counted are ${uses.join(' and ')} uses of one`])],
    })
  })
}
