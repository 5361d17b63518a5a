import { type Actor, actorRecord, ownerFilter, requireStaff } from '../actor.ts'
import type { Page } from '../catalog/catalog-store.ts'
import { type CancelInput, cancelInput } from '../checkout/checkout-input.ts'
import { quoteAddition } from '../checkout/quote-addition.ts'
import type { Context } from '../context.ts'
import { countCodeAttempt } from '../credit/count-code-attempt.ts'
import type { OrderCredit } from '../credit/credit.ts'
import { creditChoice } from '../credit/gift-card-code.ts'
import { CommerceError } from '../errors.ts'
import { idempotencyScope, runAndAnswer } from '../idempotency/run-idempotent.ts'
import type { FulfilmentId, OrderId } from '../ids.ts'
import { parseInput } from '../parse-input.ts'
import type { Quote } from '../pricing/quote.ts'
import type { StorageSnapshot } from '../storage/storage.ts'
import { liveAdditions } from './add-to-order.ts'
import type { Address } from './address.ts'
import { cancelOrder } from './cancel-order.ts'
import { requireChargedAlike } from './charges-at-address.ts'
import { answerEdit, editOrder, newAddress, type OrderEdit, type OrderEditPreview, previewOrderEdit } from './edit-order.ts'
import { deliverParcel, shipParcel } from './fulfil-order.ts'
import type { Fulfilment, Order, OrderHistoryEntry } from './order.ts'
import {
  type DeliverInput,
  deliverInput,
  type EditInput,
  editInput,
  type FulfilInput,
  fulfilInput,
  type GetOrderInput,
  getOrderInput,
  type ListOrdersInput,
  listOrdersInput,
  type OfOrderInput,
  ofOrderInput,
  type PreviewEditInput,
  previewEditInput,
  type QuoteAdditionInput,
  quoteAdditionInput,
  type RefundInput,
  refundInput,
} from './order-input.ts'
import type { OrderKey } from './order-store.ts'
import { type OrderView, type OrderWithAdditions, viewOrder, viewWithAdditions } from './order-view.ts'
import { planParcels, type ShipmentPlan } from './plan-shipments.ts'
import { readTimeline } from './read-timeline.ts'
import { type OrderRefundView, type Refundable, readRefundable, refundOrder, sendQueued, viewRefund, viewRefunds } from './refund-order.ts'
import type { TimelineEntry } from './timeline.ts'

/** Reads orders, edits, ships, delivers and refunds them. Someone else's order and a missing one are both NOT_FOUND. */
export class OrderService {
  readonly #context: Context
  readonly #sends: boolean

  /** @param options - `sends: false` leaves refunds to the worker: for transactions of the host, in which no provider is asked. */
  constructor(context: Context, { sends = true }: { readonly sends?: boolean } = {}) {
    this.#context = context
    this.#sends = sends
  }

  /** One order by id or by its number, with what was added to it. @throws NOT_FOUND */
  async get(params: GetOrderInput): Promise<OrderWithAdditions> {
    const { actor, ...rest } = parseInput(getOrderInput, params)
    const key = ('id' in rest ? { id: rest.id } : { number: rest.number }) as OrderKey
    const owner = ownerFilter(actor)
    const read = async ({ orders }: StorageSnapshot) => {
      // Asked for together where the id is known: one round trip.
      const [order, early] = await Promise.all([orders.find({ key, owner }), 'id' in key ? orders.additions({ orderIds: [key.id] }) : undefined])
      if (order === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'order' } })
      return viewWithAdditions(order, early ?? (await orders.additions({ orderIds: [order.id] })))
    }
    return this.#context.storage.snapshot(this.#context.clock.now(), read, { reader: owner })
  }

  /** The actor's orders, newest first; all orders for staff. What was added to an order is one of them, by itself. */
  async list(params: ListOrdersInput): Promise<Page<OrderView>> {
    const { actor, status, limit, after } = parseInput(listOrdersInput, params)
    const reader = ownerFilter(actor)
    const query = { owner: reader, limit, ...(status === undefined ? {} : { status }), ...(after === undefined ? {} : { after }) }
    const page = await this.#context.storage.snapshot(this.#context.clock.now(), (snapshot) => snapshot.orders.list(query), { reader })
    return { items: page.items.map(viewOrder), next: page.next }
  }

  /** Every recorded step, with who took it. Staff only. @throws NOT_FOUND, FORBIDDEN */
  async history(params: OfOrderInput): Promise<readonly OrderHistoryEntry[]> {
    const { actor, orderId } = parseInput(ofOrderInput, params)
    requireStaff(actor)
    return this.#read(actor, { id: orderId as OrderId }, (snapshot, order) => snapshot.orders.history({ orderId: order.id }))
  }

  /** The order's story in words for its buyer, with tracking. @throws NOT_FOUND */
  async timeline(params: OfOrderInput): Promise<readonly TimelineEntry[]> {
    const { actor, orderId } = parseInput(ofOrderInput, params)
    return this.#read(actor, { id: orderId as OrderId }, async (snapshot, order) => readTimeline(snapshot, order.id))
  }

  /** The order's parcels, oldest first. @throws NOT_FOUND */
  async fulfilments(params: OfOrderInput): Promise<readonly Fulfilment[]> {
    const { actor, orderId } = parseInput(ofOrderInput, params)
    return this.#read(actor, { id: orderId as OrderId }, (snapshot, order) => snapshot.orders.fulfilments({ orderId: order.id }))
  }

  /**
   * Says how what is left of an order can be sent now: a parcel for each location that holds units of it, ready for `fulfil`, and what waits: a preorder
   * for its day, what is on backorder for its units. Changes nothing. Staff only.
   *
   * @throws NOT_FOUND, FORBIDDEN
   */
  async planShipments(params: OfOrderInput): Promise<ShipmentPlan> {
    const { actor, orderId } = parseInput(ofOrderInput, params)
    requireStaff(actor)
    return this.#read(actor, { id: orderId as OrderId }, async ({ stock, now }, order) => {
      const { reservationId } = order
      const reservation = reservationId === null ? undefined : await stock.findReservation({ reservationId })
      return planParcels(order, reservation, await stock.listLocations(), now)
    })
  }

  /**
   * Sends a parcel with all units that are left, or those named, and takes them out of the stock, at `location` if one is named. Staff only. With an `idempotencyKey`, repeating the call
   * returns the same parcel. A preorder leaves from its day on, before only with `early`.
   *
   * @throws NOT_FOUND, FORBIDDEN, ORDER_CLOSED unless confirmed, paid and undisputed, NOTHING_TO_FULFIL, NOT_YET_AVAILABLE for a preorder before its day, OUT_OF_STOCK for a backordered unit that has not come,
   * or more than the location holds for this order
   */
  async fulfil(params: FulfilInput): Promise<Fulfilment> {
    const { actor, idempotencyKey, ...rest } = parseInput(fulfilInput, params)
    requireStaff(actor)
    const { orderId, lines, location, early = false, carrier = null, trackingNumber = null, trackingUrl = null } = rest
    const call = { scope: idempotencyScope(actor), operation: 'orders.fulfil', key: idempotencyKey, params: rest }
    const request = { orderId: orderId as OrderId, lines, location, early, carrier, trackingNumber, trackingUrl }
    return runAndAnswer(
      this.#context,
      call,
      (tx) => shipParcel(this.#context, tx, request, actorRecord(actor)),
      async (tx, fulfilmentId) => {
        const parcel = (await tx.orders.fulfilments({ orderId: request.orderId })).find(({ id }) => id === fulfilmentId)
        if (parcel === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'fulfilment' } })
        return parcel
      },
    )
  }

  /** Records that a parcel has arrived; the last parcel of a shipped order delivers the order. Staff only. @throws NOT_FOUND, FORBIDDEN */
  async deliver(params: DeliverInput): Promise<Fulfilment> {
    const { actor, fulfilmentId } = parseInput(deliverInput, params)
    requireStaff(actor)
    return this.#context.storage.transaction(this.#context.clock.now(), (tx) =>
      deliverParcel(this.#context, tx, fulfilmentId as FulfilmentId, actorRecord(actor)),
    )
  }

  /**
   * Gives money back, and decides what becomes of the goods. Staff only.
   *
   * - `lines`: units, each worth its share of what was charged for its line. Units that were not shipped are taken first, unless `from` says otherwise: they never
   *   will be, and are for sale again, or leave the stock as damaged with `restock: false`. Shipped units come back into the stock unless `restock: false`.
   * - `shipping`: what is left of its charge, or a part of it.
   * - `amountMinor`: alone, an amount for nothing in particular; with lines or shipping, what to give in place of what they come to, and not more.
   *
   * The money goes back to where it came from, oldest payment first, then, at once, to gift cards and store credit, what was taken last first; with
   * `to: 'store_credit'` all of it becomes store credit of the order's customer. What a provider must return is sent with one attempt at once; the worker goes on. A refund that its provider rejects leaves the
   * money refundable, by amount. With an `idempotencyKey`, repeating the call refunds nothing more.
   *
   * @throws NOT_FOUND, FORBIDDEN, NOTHING_TO_REFUND, REFUND_TOO_MUCH, ORDER_CLOSED while the order is disputed, or for goods of one that is not confirmed
   * @example
   * await commerce.orders.refund({ actor, orderId, lines: [{ orderLineId, quantity: 1 }], reason: 'arrived broken' })
   */
  async refund(params: RefundInput): Promise<OrderRefundView> {
    const { actor, idempotencyKey, ...rest } = parseInput(refundInput, params)
    requireStaff(actor)
    const orderId = rest.orderId as OrderId
    const { lines: units = [], shipping, amountMinor, to, reason = 'refunded by staff' } = rest
    const call = { scope: idempotencyScope(actor), operation: 'orders.refund', key: idempotencyKey, params: rest }
    const booked = await runAndAnswer(
      this.#context,
      call,
      (tx) => refundOrder(this.#context, tx, orderId, { units, shipping, amountMinor, to, reason, returnId: null }, actorRecord(actor)),
      (tx, refundId) => viewRefund(tx, orderId, refundId),
    )
    return this.#sends ? sendQueued(this.#context, booked) : booked
  }

  /** What gift cards and store credit pay of the order, in the order in which they were asked. @throws NOT_FOUND */
  async credits(params: OfOrderInput): Promise<readonly OrderCredit[]> {
    const { actor, orderId } = parseInput(ofOrderInput, params)
    return this.#read(actor, { id: orderId as OrderId }, (snapshot, order) => snapshot.credit.ofOrder({ orderId: order.id }))
  }

  /**
   * Changes an order before it is shipped. Staff only.
   *
   * - `remove`: units that were not shipped. They are for sale again, and their price goes back as with `refund`; the shipping charge stays.
   * - `shippingAddress`: where all of it goes, and what was added to it, while no parcel has left. Shipping and tax are asked for both addresses; if they would charge otherwise, the edit is
   *   refused, because what was agreed and paid stays as it is.
   *
   * The order's amounts stay those it was placed with; its lines say what was removed, its history has the edit, and `order.edited` tells whoever packs. With
   * `expectedVersion`, as `previewEdit` gave it, only that version is edited. With an `idempotencyKey`, repeating the call changes nothing more.
   *
   * @throws NOT_FOUND, FORBIDDEN, ORDER_CLOSED unless confirmed and undisputed, and for the address once a parcel has left; NOTHING_TO_REFUND for more units than are
   * left to ship, REFUND_TOO_MUCH for money that was not captured; EDIT_CHANGES_TOTAL, SHIPPING_UNAVAILABLE; CONFLICT when somebody else changed the order
   * @example
   * await commerce.orders.edit({ actor, orderId, changes: { shippingAddress }, reason: 'moved house', expectedVersion: preview.version })
   */
  async edit(params: EditInput): Promise<OrderEdit> {
    const { actor, idempotencyKey, ...rest } = parseInput(editInput, params)
    requireStaff(actor)
    const { orderId: id, changes, reason = null, expectedVersion } = rest
    const orderId = id as OrderId
    const call = { scope: idempotencyScope(actor), operation: 'orders.edit', key: idempotencyKey, params: rest }
    const { order, additions, isDone } = await this.#read(actor, { id: orderId }, async (snapshot, found) => {
      const record = idempotencyKey === undefined ? undefined : await snapshot.idempotency.find({ ...call, key: idempotencyKey })
      return { order: found, additions: await liveAdditions(snapshot, found), isDone: record?.state === 'finished' }
    })
    if (!isDone) await this.#requireChargedAlike([order, ...additions], newAddress(order, changes))
    const request = { orderId, changes, reason, expectedVersion, comparedWith: order.shippingAddress, compared: additions.map(({ id }) => id) }
    const edit = await runAndAnswer(
      this.#context,
      call,
      (tx) => editOrder(this.#context, tx, request, actorRecord(actor)),
      (tx, record) => answerEdit(tx, orderId, record),
    )
    return edit.refund === null ? edit : { ...edit, refund: await sendQueued(this.#context, edit.refund) }
  }

  /** Says what `edit` would give back, and refuses what it would refuse. Changes nothing. Staff only. @throws as `edit` */
  async previewEdit(params: PreviewEditInput): Promise<OrderEditPreview> {
    const { actor, orderId, changes } = parseInput(previewEditInput, params)
    requireStaff(actor)
    const { order, additions, preview } = await this.#read(actor, { id: orderId as OrderId }, async (snapshot, found) => {
      const live = await liveAdditions(snapshot, found)
      return { order: found, additions: live, preview: await previewOrderEdit(snapshot, found, live, changes) }
    })
    await this.#requireChargedAlike([order, ...additions], newAddress(order, changes))
    return preview
  }

  async #requireChargedAlike(orders: readonly Order[], address: Address | undefined): Promise<void> {
    if (address !== undefined) await Promise.all(orders.map((order) => requireChargedAlike(this.#context, order, address)))
  }

  /**
   * Says what it costs to add units to an order while all its parcels are still to be packed: as of today, at the order's address, for the order's buyer. Shipping is
   * what all of it together costs today beyond what the order alone costs today. Reserves nothing. Immutable and good for `timing.quoteTtlMs`.
   *
   * Place it as any quote, by its cart: that makes an order of its own, which belongs to this one (`addsTo`). Both keep their amounts, are sent together or apart,
   * and are cancelled together. Whoever packs hears of it by `order.added_to` when it is placed, and by its own `order.confirmed` when it is paid.
   *
   * @throws NOT_FOUND, ORDER_CLOSED once the order is not confirmed, is under review or has a parcel that left; CART_LIMIT, CART_PROBLEMS, SHIPPING_UNAVAILABLE,
   * AMOUNT_NOT_CHARGEABLE, GIFT_CARD_UNUSABLE, FORBIDDEN for store credit of a guest, RATE_LIMITED, DEPENDENCY_UNAVAILABLE
   * @example
   * const quote = await commerce.orders.quoteAddition({ actor, orderId, lines: [{ sku: 'MUG', quantity: 1 }] })
   * const { cartId, id: quoteId, total } = quote
   * const placed = await commerce.checkout.place({ actor, cartId, quoteId, expectedTotal: total, payment, idempotencyKey })
   */
  async quoteAddition(params: QuoteAdditionInput): Promise<Quote> {
    const { actor, orderId, lines, credits } = parseInput(quoteAdditionInput, params)
    if (credits !== undefined && credits.giftCards.length > 0) await countCodeAttempt(this.#context, actor)
    return quoteAddition(this.#context, { actor, orderId: orderId as OrderId, lines, credits: credits && creditChoice(credits) })
  }

  /** What may still be refunded: per line, of the shipping, and in all. Staff only. @throws NOT_FOUND, FORBIDDEN */
  async refundable(params: OfOrderInput): Promise<Refundable> {
    const { actor, orderId } = parseInput(ofOrderInput, params)
    requireStaff(actor)
    return this.#read(actor, { id: orderId as OrderId }, readRefundable)
  }

  /** Every refund that staff decided on, oldest first; `payments.refundsOfOrder` has those that followed by themselves too. Staff only. @throws NOT_FOUND, FORBIDDEN */
  async refunds(params: OfOrderInput): Promise<readonly OrderRefundView[]> {
    const { actor, orderId } = parseInput(ofOrderInput, params)
    requireStaff(actor)
    return this.#read(actor, { id: orderId as OrderId }, (snapshot, order) => viewRefunds(snapshot, order.id))
  }

  /** The same as `checkout.cancel`: with the order, what was added to it and not sent is cancelled. */
  async cancel(params: CancelInput): Promise<OrderView> {
    const { actor, orderId, reason } = parseInput(cancelInput, params)
    return cancelOrder(this.#context, { actor, orderId: orderId as OrderId, reason: reason ?? null })
  }

  async #read<T>(actor: Actor, key: OrderKey, then: (snapshot: StorageSnapshot, order: Order) => Promise<T>): Promise<T> {
    const owner = ownerFilter(actor)
    return this.#context.storage.snapshot(
      this.#context.clock.now(),
      async (snapshot) => {
        const order = await snapshot.orders.find({ key, owner })
        if (order === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'order' } })
        return then(snapshot, order)
      },
      { reader: owner },
    )
  }
}
