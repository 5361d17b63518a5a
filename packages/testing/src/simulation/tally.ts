import type { OrderView } from '@cartwright/core'
import type { DomainEvent } from '@cartwright/core/ports'

/** What the answers have said about one order. */
export interface ToldOrder {
  readonly orderId: string
  readonly cartId: string
  readonly totalMinor: number
  readonly discountMinor: number
  readonly creditMinor: number
  /** Units by SKU. */
  readonly units: Readonly<Record<string, number>>
  /** Somebody was told that it is a sale. */
  confirmed: boolean
  /** Somebody has set out to cancel it. */
  cancelAsked: boolean
  /** Somebody was told that it is cancelled. */
  cancelled: boolean
  /** Staff were told that its money was taken. */
  captured: boolean
}

/** A hold that the host's own code asked for. */
export interface ToldHold {
  readonly reservationId: string
  readonly units: Readonly<Record<string, number>>
  held: boolean
  commitAsked: boolean
  committed: boolean
  releaseAsked: boolean
  released: boolean
  /** Units that were said to be taken out, and units that may have been. */
  readonly consumed: Map<string, number>
  readonly maybeConsumed: Map<string, number>
}

export interface ToldParcel {
  readonly orderId: string
  /** Units by SKU. */
  readonly units: Readonly<Record<string, number>>
  delivered: boolean
}

/**
 * The reference model: what was sold, received and shipped, kept from nothing but the answers that callers got. It knows nothing of how the shop works, so it notices
 * also what leaves the shop's own books in agreement with each other.
 */
export class Tally {
  /** Units that came, less those that went otherwise than by sale, by SKU. */
  readonly received = new Map<string, number>()
  readonly orders = new Map<string, ToldOrder>()
  readonly parcels = new Map<string, ToldParcel>()
  readonly holds = new Map<string, ToldHold>()
  /** Every price that a SKU has had or may have had. */
  readonly prices = new Map<string, Set<number>>()
  /** Gift cards by id, with what was put on them; the code is null of one whose answer was lost. */
  readonly giftCards = new Map<string, { readonly code: string | null; readonly amountMinor: number }>()
  /** Store credit that customers were given. */
  readonly grants = new Map<string, number>()
  /** Units of a SKU in one unit of a bundle, by SKU, by bundle. */
  readonly bundles = new Map<string, ReadonlyMap<string, number>>()
  /** SKUs of which more may be promised than there is. */
  readonly owed = new Set<string>()
  /** What the calls have contradicted. */
  readonly contradictions: string[] = []
  readonly #heard = new Map<string, DomainEvent>()
  readonly #versions = new Map<string, number[]>()

  receive(sku: string, delta: number): void {
    this.received.set(sku, (this.received.get(sku) ?? 0) + delta)
  }

  price(sku: string, amountMinor: number): void {
    const known = this.prices.get(sku)
    if (known === undefined) this.prices.set(sku, new Set([amountMinor]))
    else known.add(amountMinor)
  }

  /** An answer showed this order. */
  see(order: OrderView): ToldOrder {
    const units = unitsOf(order.lines)
    const known = this.orders.get(order.id)
    if (known === undefined) {
      const { id: orderId, cartId, totalMinor, discountMinor, creditMinor } = order
      const fresh = { orderId, cartId, totalMinor, discountMinor, creditMinor, units }
      const told: ToldOrder = { ...fresh, confirmed: false, cancelAsked: false, cancelled: false, captured: false }
      this.orders.set(order.id, told)
      return this.#mark(told, order)
    }
    for (const amount of ['totalMinor', 'discountMinor', 'creditMinor'] as const)
      if (known[amount] !== order[amount]) this.contradictions.push(`order ${order.id} had ${known[amount]} as its ${amount}, then ${order[amount]}`)
    if (JSON.stringify(known.units) !== JSON.stringify(units)) this.contradictions.push(`order ${order.id} has changed its lines`)
    return this.#mark(known, order)
  }

  #mark(told: ToldOrder, order: OrderView): ToldOrder {
    if (order.status === 'confirmed') {
      if (told.cancelled) this.contradictions.push(`order ${order.id} was cancelled and is confirmed again`)
      told.confirmed = true
    }
    if (order.status === 'cancelled') {
      if (told.confirmed && !told.cancelAsked) this.contradictions.push(`order ${order.id} was confirmed, and is cancelled though nobody asked`)
      told.cancelled = true
    }
    if (order.status === 'expired' && told.confirmed) this.contradictions.push(`order ${order.id} was confirmed and has expired`)
    return told
  }

  /** The consumer got this event, perhaps again. */
  hear(event: DomainEvent): void {
    if (this.#heard.has(event.id)) return
    this.#heard.set(event.id, event)
    const subject = `${event.aggregateType} ${event.aggregateId}`
    const versions = this.#versions.get(subject) ?? []
    const last = versions.at(-1) ?? 0
    // The version of a stock event is its location's, and its subject the SKU in all of them.
    if (event.aggregateType !== 'stock' && event.aggregateVersion < last)
      this.contradictions.push(`${subject}: event ${event.aggregateVersion} came after ${last}`)
    versions.push(event.aggregateVersion)
    this.#versions.set(subject, versions)
  }

  /** The versions of an order that events have told of, in the order in which they came. */
  versionsHeard(orderId: string): readonly number[] {
    return this.#versions.get(`order ${orderId}`) ?? []
  }

  /** Units of a SKU that came or went, as events tell it. */
  adjustmentsHeard(sku: string): number {
    let sum = 0
    for (const event of this.#heard.values()) if (event.topic === 'stock.adjusted' && event.payload.sku === sku) sum += event.payload.delta
    return sum
  }

  /** Topics heard of an order. */
  topicsHeard(orderId: string): ReadonlySet<string> {
    const topics = new Set<string>()
    for (const event of this.#heard.values()) if (event.aggregateId === orderId) topics.add(event.topic)
    return topics
  }

  /** Units shipped of a SKU, in parcels and out of holds. */
  shipped(sku: string): number {
    let units = 0
    for (const parcel of this.parcels.values()) for (const [sold, count] of Object.entries(parcel.units)) units += count * this.unitsIn(sku, sold)
    return units
  }

  /** Units of a SKU in one unit of what is sold: itself, or a bundle with it. */
  unitsIn(sku: string, sold: string): number {
    return this.bundles.get(sold)?.get(sku) ?? (sold === sku ? 1 : 0)
  }
}

/** Units by SKU, in the order of the SKUs. */
export function unitsOf(lines: readonly { readonly sku: string; readonly quantity: number }[]): Record<string, number> {
  const units: Record<string, number> = {}
  for (const { sku, quantity } of [...lines].sort((a, b) => (a.sku < b.sku ? -1 : 1))) units[sku] = (units[sku] ?? 0) + quantity
  return units
}
