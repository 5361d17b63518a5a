import type { Placed } from '@cartwright/core'
import { buyer, staff, type Walker } from './walker.ts'

/** Does something to the shop. @returns what, in words; undefined when there is nothing to do it to. @throws CommerceError when it is refused */
export type StepOf = (walker: Walker, which: number, how: number) => Promise<string | undefined>

const address = { name: 'Ada Lovelace', line1: '12 St James Square', city: 'London', postalCode: 'SW1Y 4JH', country: 'GB' }

const methods = [
  'card_ok',
  'card_slow_refund',
  'card_ok',
  'card_slow_refund',
  'card_ok',
  'card_requires_action',
  'card_timeout',
  'card_unreachable',
  'card_late',
  'card_never',
  'card_duplicate',
  'card_declined',
] as const

const carts: readonly Readonly<Record<string, number>>[] = [{ MUG: 2 }, { MUG: 1, TEE: 1 }, { TEE: 2, MUG: 2 }]

const jobs = ['reconciler', 'inbox', 'inbox', 'completer', 'completer', 'refunds', 'refunds', 'expiry', 'sweep'] as const

const minute = 60_000

const whiles = [minute, minute, 20 * minute, 20 * minute, 2 * 60 * minute, 26 * 60 * minute, 3 * 24 * 60 * minute] as const

export function chosen<T>(from: readonly T[], lot: number): T | undefined {
  return from[lot % Math.max(from.length, 1)]
}

function paying(how: number) {
  const capture = how % 3 === 0 ? ('manual' as const) : ('automatic' as const)
  return { provider: 'fake', method: chosen(methods, Math.floor(how / 3)) ?? 'card_ok', capture }
}

function told(what: string, { order }: Placed): string {
  return `${what}: ${order.number} is ${order.status} ${order.paymentStatus}`
}

/** Keeps to what was asked for, so that it can be asked for again. */
async function placing(walker: Walker, what: string, ask: () => Promise<Placed>): Promise<string> {
  walker.placings.push({ again: ask })
  return told(what, await ask())
}

async function place(walker: Walker, which: number, how: number): Promise<string | undefined> {
  const { commerce, walk } = walker
  if ((await walker.orders()).filter(({ addsTo }) => addsTo === null).length >= 2) return undefined
  const { cart } = await commerce.carts.create({ actor: buyer, currency: 'USD' })
  const goods = chosen(carts, which) ?? {}
  for (const [sku, quantity] of Object.entries(goods)) await commerce.carts.addLine({ actor: buyer, cartId: cart.id, sku, quantity })
  const giftCards = walk.giftCardMinor === 0 ? [] : [(await commerce.giftCards.issue({ actor: staff, amountMinor: walk.giftCardMinor })).code ?? '']
  if (walk.storeCreditMinor > 0) await commerce.storeCredit.grant({ actor: staff, customerId: buyer.customerId, amountMinor: walk.storeCreditMinor })
  const quote = await commerce.checkout.quote({
    actor: buyer,
    cartId: cart.id,
    shippingAddress: address,
    shippingMethod: 'standard',
    credits: { giftCards, storeCredit: walk.storeCreditMinor > 0 },
  })
  const payment = paying(how)
  const terms = { actor: buyer, cartId: cart.id, quoteId: quote.id, expectedTotal: quote.total, idempotencyKey: walker.nextKey() }
  const due = quote.dueMinor === 0 ? {} : { payment }
  const what = `${JSON.stringify(goods)} by ${payment.method} ${payment.capture}, ${quote.dueMinor} due of ${quote.total.amountMinor}`
  return placing(walker, what, () => commerce.checkout.place({ ...terms, ...due }))
}

async function placeAgain({ placings }: Walker, which: number): Promise<string | undefined> {
  const placing = chosen(placings, which)
  if (placing === undefined) return undefined
  await placing.again()
  return 'with the same key'
}

async function resume(walker: Walker, which: number, how: number): Promise<string | undefined> {
  const order = chosen(await walker.orders(), which)
  if (order === undefined) return undefined
  const payment = paying(how)
  const idempotencyKey = walker.nextKey()
  const what = `${order.number} by ${payment.method} ${payment.capture}`
  return placing(walker, what, () => walker.commerce.checkout.resume({ actor: buyer, orderId: order.id, payment, idempotencyKey }))
}

async function add(walker: Walker, which: number, how: number): Promise<string | undefined> {
  const { commerce } = walker
  const all = await walker.orders()
  const order = chosen(
    all.filter(({ addsTo }) => addsTo === null),
    which,
  )
  if (order === undefined || all.length >= 4) return undefined
  const quote = await commerce.orders.quoteAddition({ actor: buyer, orderId: order.id, lines: [{ sku: 'MUG', quantity: 1 }] })
  const payment = paying(how)
  const due = quote.dueMinor === 0 ? {} : { payment }
  const terms = { actor: buyer, cartId: quote.cartId, quoteId: quote.id, expectedTotal: quote.total, idempotencyKey: walker.nextKey() }
  return placing(walker, `to ${order.number} by ${payment.method} ${payment.capture}`, () => commerce.checkout.place({ ...terms, ...due }))
}

async function capture(walker: Walker, which: number): Promise<string | undefined> {
  const order = chosen(await walker.orders(), which)
  if (order === undefined) return undefined
  const { status } = await walker.commerce.payments.capture({ actor: staff, orderId: order.id })
  return `${order.number} is ${status}`
}

async function cancelAs(walker: Walker, actor: typeof staff | typeof buyer, which: number): Promise<string | undefined> {
  const order = chosen(await walker.orders(), which)
  if (order === undefined) return undefined
  const { status, paymentStatus } = await walker.commerce.orders.cancel({ actor, orderId: order.id })
  return `${order.number} is ${status} ${paymentStatus}`
}

async function refund(walker: Walker, which: number, how: number): Promise<string | undefined> {
  const { commerce } = walker
  const order = chosen(await walker.orders(), which)
  if (order === undefined) return undefined
  const { refundableMinor, lines } = await commerce.orders.refundable({ actor: staff, orderId: order.id })
  const line = chosen(lines, how)
  const amounts = [refundableMinor, Math.ceil(refundableMinor / 2), 300]
  const parts = [
    { amountMinor: chosen(amounts, how) ?? 0 },
    { lines: line === undefined ? [] : [{ orderLineId: line.orderLineId, quantity: 1, restock: how % 5 > 0 }] },
    { shipping: true as const },
  ]
  const part = chosen(parts, Math.floor(how / 3)) ?? {}
  const to = how % 4 === 0 ? ('store_credit' as const) : ('original' as const)
  const { amountMinor, refunds } = await commerce.orders.refund({ actor: staff, orderId: order.id, to, ...part, idempotencyKey: walker.nextKey() })
  return `${amountMinor} of ${order.number} to ${to}: ${refunds.map(({ status }) => status).join(', ') || 'at once'}`
}

async function fulfil(walker: Walker, which: number): Promise<string | undefined> {
  const order = chosen(await walker.orders(), which)
  if (order === undefined) return undefined
  const { lines } = await walker.commerce.orders.fulfil({ actor: staff, orderId: order.id })
  return `${lines.length} lines of ${order.number}`
}

/** Takes the next step of a return, or begins one. */
async function moveReturn(walker: Walker, which: number, how: number): Promise<string | undefined> {
  const { returns } = walker.commerce
  const order = chosen(await walker.orders(), which)
  if (order === undefined) return undefined
  const [open] = (await returns.list({ actor: staff, orderId: order.id })).items.filter(({ status }) => /^(?:requested|approved|received)$/.test(status))
  const of = { actor: staff, returnId: open?.id ?? '' }
  if (open?.status === 'requested') await returns.approve(of)
  if (open?.status === 'approved') await returns.receive(of)
  if (open?.status === 'received') await returns.refund({ ...of, to: how % 3 === 0 ? 'store_credit' : 'original', idempotencyKey: walker.nextKey() })
  if (open !== undefined) return `one of ${order.number} that was ${open.status}`
  const line = order.lines.find(({ fulfilledQuantity, refundedQuantity }) => fulfilledQuantity > refundedQuantity)
  if (line === undefined) return undefined
  await returns.request({ actor: buyer, orderId: order.id, lines: [{ orderLineId: line.id, quantity: 1, reason: 'damaged' }] })
  return `asked for one of ${order.number}`
}

async function workOn({ commerce }: Walker, which: number): Promise<string | undefined> {
  const job = chosen(jobs, which) ?? 'inbox'
  const report = (await commerce.worker.runOnce({ jobs: [job], concurrency: 1 }))[job]
  return `${job}: ${report?.done} done, ${report?.failed} failed`
}

async function workAll({ commerce }: Walker): Promise<string> {
  await commerce.worker.runOnce({ concurrency: 1 })
  return 'every job'
}

async function pass({ clock }: Walker, which: number): Promise<string> {
  const ms = chosen(whiles, which) ?? minute
  clock.advance(ms)
  return `${ms / minute} minutes`
}

/** What happens in the shop: buyers, staff, the worker, and time. */
export const shopSteps = {
  place,
  placeAgain,
  resume,
  add,
  capture,
  cancel: (walker, which) => cancelAs(walker, staff, which),
  cancelByBuyer: (walker, which) => cancelAs(walker, buyer, which),
  refund,
  fulfil,
  moveReturn,
  work: workOn,
  workAll,
  pass,
} as const satisfies Record<string, StepOf>
