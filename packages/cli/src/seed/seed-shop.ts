import { type Clock, type Commerce, createCommerce, type IdSource, isCommerceError, type Random, type Storage, uuidV7Source } from '@cartwright/core'
import { staff } from '../staff.ts'
import { makeLeftCart, makeOrderBasket } from './make-basket.ts'
import type { Buyer } from './make-customer.ts'
import type { AgendaItem } from './order-agenda.ts'
import { type SeedCard, seedPayments } from './seed-payments.ts'
import type { SeedPlan } from './seed-plan.ts'
import { seedShipping } from './seed-prices.ts'

/** Long enough for a seeded order that waits to be looked at for years, without a worker or an audit finding it overdue. */
const patientHoldMs = 10 * 365 * 24 * 3_600_000

/** What a step did, for the digest. */
export interface StepOutcome {
  /** Everything that tells this shop from another. */
  readonly facts: unknown
  /** Of the order that the step made. */
  readonly orderId?: string
}

/** The seeded shop during one batch: the ordinary services, on a clock, ids and random numbers that the plan decides. */
export class SeedShop {
  readonly #plan: SeedPlan
  readonly #commerce: Commerce
  readonly #patientCommerce: Commerce
  readonly #scene: Scene

  private constructor(plan: SeedPlan, scene: Scene, commerce: Commerce, patientCommerce: Commerce) {
    this.#plan = plan
    this.#scene = scene
    this.#commerce = commerce
    this.#patientCommerce = patientCommerce
  }

  /** @param storage - the batch's. */
  static async open(plan: SeedPlan, storage: Storage): Promise<SeedShop> {
    const scene = new Scene(plan)
    const { currency } = plan.parameters
    const options = { storage, currency, clock: scene, random: scene, ids: scene, payments: [seedPayments()], shipping: seedShipping(currency), migrate: false }
    return new SeedShop(plan, scene, await createCommerce(options), await createCommerce({ ...options, timing: { holdMs: patientHoldMs } }))
  }

  /** Writes products, all at one moment. */
  async importProducts(batch: number, at: Date, products: readonly unknown[]): Promise<readonly unknown[]> {
    this.#scene.begin(at, 'products', batch)
    const { results, rejected } = await this.#commerce.catalog.upsertMany({ products })
    const [problem] = rejected
    if (problem !== undefined) throw new Error(`The generator made a product that the shop refuses: ${JSON.stringify(problem)}`)
    return results
  }

  /** Does one thing to one order. @param orderId - once it is placed. */
  async perform(item: AgendaItem, orderId: string | undefined): Promise<StepOutcome> {
    this.#scene.begin(new Date(item.atMs), 'step', item.order, item.kind)
    if (item.kind === 'leave_cart') return { facts: (await this.#fillCart(makeLeftCart(this.#plan, item.order))).cart }
    if (item.kind === 'place') return this.#place(item)
    if (orderId === undefined) throw new Error(`Order ${item.order} has a step before it is placed`)
    return { facts: await this.#goOn(item, orderId) }
  }

  async #place({ order, timetable }: AgendaItem): Promise<StepOutcome> {
    const commerce = timetable.waits ? this.#patientCommerce : this.#commerce
    const basket = makeOrderBasket(this.#plan, order)
    const { address, email } = basket.buyer
    const { actor, cart } = await this.#fillCart(basket)
    const cartId = cart.id
    const { total } = await commerce.checkout.quote({ actor, cartId, shippingAddress: address, shippingMethod: basket.shippingMethod })
    const method: SeedCard = timetable.firstCard === 'good' ? 'card_good' : 'card_declined'
    const request = { actor, cartId, expectedTotal: total, email, payment: { provider: 'seed', method } }
    for (let attempt = 1; ; attempt += 1) {
      try {
        const placed = await commerce.checkout.place({ ...request, idempotencyKey: `seed-${order + 1}-${attempt}` })
        return { facts: placed, orderId: placed.order.id }
      } catch (error) {
        // One delivery for each short line is enough.
        if (!isCommerceError(error, 'OUT_OF_STOCK') || attempt > basket.lines.length) throw error
        await this.#receive(error.details.sku, error.details.requested)
      }
    }
  }

  /** A delivery that lasts for a while. */
  async #receive(sku: string, wanted: number): Promise<void> {
    await this.#commerce.inventory.adjust({ sku, by: Math.ceil((wanted * 4) / 50) * 50, reason: 'received' })
  }

  async #fillCart({ buyer, lines }: { readonly buyer: Buyer; readonly lines: readonly { sku: string; quantity: number }[] }) {
    const { carts } = this.#commerce
    const owner = buyer.customerId === undefined ? undefined : ({ type: 'customer', customerId: buyer.customerId } as const)
    const { cart, guestToken } = await carts.create(owner === undefined ? {} : { actor: owner })
    const actor = owner ?? ({ type: 'guest', token: guestToken ?? '' } as const)
    return { actor, cart: await carts.addLines({ actor, cartId: cart.id, lines }) }
  }

  async #goOn({ kind, order }: AgendaItem, orderId: string): Promise<unknown> {
    const { checkout, orders, worker } = this.#commerce
    switch (kind) {
      case 'pay_again': {
        const payment = { provider: 'seed', method: 'card_good' satisfies SeedCard }
        return checkout.resume({ actor: staff, orderId, payment, idempotencyKey: `seed-${order + 1}-again` })
      }
      case 'give_up':
        return checkout.cancel({ actor: staff, orderId, reason: 'the buyer changed their mind' })
      case 'expire':
        return worker.runOnce({ jobs: ['expiry'] })
      case 'call_off':
        return orders.cancel({ actor: staff, orderId, reason: 'cancelled at the buyer’s request' })
      case 'ship_part': {
        const [first] = (await orders.get({ actor: staff, id: orderId })).lines
        return this.#ship(order, orderId, first === undefined ? {} : { lines: [{ orderLineId: first.id, quantity: first.quantity }] })
      }
      case 'ship_rest':
        return this.#shipRest(order, orderId)
      case 'deliver':
        return this.#deliver(orderId)
      case 'place':
      case 'leave_cart':
        throw new Error(`${kind} is no step of an order that is placed`)
    }
  }

  /** The part that went first may have been all of it. */
  async #shipRest(order: number, orderId: string): Promise<unknown> {
    const { lines } = await this.#commerce.orders.get({ actor: staff, id: orderId })
    return lines.every(({ quantity, fulfilledQuantity }) => quantity === fulfilledQuantity) ? null : this.#ship(order, orderId, {})
  }

  async #ship(order: number, orderId: string, what: { readonly lines?: { orderLineId: string; quantity: number }[] }): Promise<unknown> {
    const source = this.#plan.source('parcel', order, what.lines === undefined ? 'rest' : 'part')
    const carrier = source.pick(['Northway Parcels', 'Swift & Sons', 'Post'])
    const trackingNumber = `${carrier.slice(0, 2).toUpperCase()}${source.integer(100_000_000, 999_999_999)}`
    return this.#commerce.orders.fulfil({ actor: staff, orderId, ...what, carrier, trackingNumber })
  }

  async #deliver(orderId: string): Promise<unknown> {
    const { orders } = this.#commerce
    const parcels = await orders.fulfilments({ actor: staff, orderId })
    const delivered: unknown[] = []
    for (const { id } of parcels) delivered.push(await orders.deliver({ actor: staff, fulfilmentId: id }))
    return delivered
  }
}

/** The time, ids and random numbers of one step: they hang on the step's name alone, so that it is the same whatever came before in this process. */
class Scene implements Clock, Random, IdSource {
  readonly #plan: SeedPlan
  #at = new Date(0)
  #random: Random | undefined
  #ids: IdSource | undefined

  constructor(plan: SeedPlan) {
    this.#plan = plan
  }

  begin(at: Date, ...name: readonly (string | number)[]): void {
    this.#at = at
    this.#random = this.#plan.source('random', ...name)
    this.#ids = uuidV7Source(this.#plan.source('ids', ...name), () => at.getTime())
  }

  now() {
    return { source: 'value', at: this.#at } as const
  }

  bytes(length: number): Uint8Array {
    return begun(this.#random).bytes(length)
  }

  next<T extends string>(): T {
    return begun(this.#ids).next<T>()
  }
}

function begun<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('No step has begun')
  return part
}
