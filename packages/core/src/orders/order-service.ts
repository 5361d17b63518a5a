import { type Actor, actorRecord, ownerFilter, requireStaff } from '../actor.ts'
import type { Page } from '../catalog/catalog-store.ts'
import { type CancelInput, cancelInput } from '../checkout/checkout-input.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import { idempotencyScope, runAndAnswer } from '../idempotency/run-idempotent.ts'
import type { FulfilmentId, OrderId } from '../ids.ts'
import { parseInput } from '../parse-input.ts'
import type { StorageSnapshot } from '../storage/storage.ts'
import { cancelOrder } from './cancel-order.ts'
import { deliverParcel, shipParcel } from './fulfil-order.ts'
import type { Fulfilment, Order, OrderHistoryEntry } from './order.ts'
import {
  type DeliverInput,
  deliverInput,
  type FulfilInput,
  fulfilInput,
  type GetOrderInput,
  getOrderInput,
  type ListOrdersInput,
  listOrdersInput,
  type OfOrderInput,
  ofOrderInput,
} from './order-input.ts'
import type { OrderKey } from './order-store.ts'
import { type OrderView, viewOrder } from './order-view.ts'
import { type TimelineEntry, timeline } from './timeline.ts'

/** Reads orders, ships them, delivers them. Someone else's order and a missing one are both NOT_FOUND. */
export class OrderService {
  readonly #context: Context

  constructor(context: Context) {
    this.#context = context
  }

  /** One order by id or by its number. @throws NOT_FOUND */
  async get(params: GetOrderInput): Promise<OrderView> {
    const { actor, ...rest } = parseInput(getOrderInput, params)
    const key = ('id' in rest ? { id: rest.id } : { number: rest.number }) as OrderKey
    return viewOrder(await this.#read(actor, key, async (_snapshot, order) => order))
  }

  /** The actor's orders, newest first; all orders for staff. */
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
    return this.#read(actor, { id: orderId as OrderId }, async (snapshot, order) =>
      timeline(await snapshot.orders.history({ orderId: order.id }), await snapshot.orders.fulfilments({ orderId: order.id })),
    )
  }

  /** The order's parcels, oldest first. @throws NOT_FOUND */
  async fulfilments(params: OfOrderInput): Promise<readonly Fulfilment[]> {
    const { actor, orderId } = parseInput(ofOrderInput, params)
    return this.#read(actor, { id: orderId as OrderId }, (snapshot, order) => snapshot.orders.fulfilments({ orderId: order.id }))
  }

  /**
   * Sends a parcel with all units that are left, or those named, and takes them out of the stock. Staff only. With an `idempotencyKey`, repeating the call
   * returns the same parcel.
   *
   * @throws NOT_FOUND, FORBIDDEN, ORDER_CLOSED unless confirmed, paid and undisputed, NOTHING_TO_FULFIL, OUT_OF_STOCK for a backordered unit that has not come
   */
  async fulfil(params: FulfilInput): Promise<Fulfilment> {
    const { actor, idempotencyKey, ...rest } = parseInput(fulfilInput, params)
    requireStaff(actor)
    const { orderId, lines, carrier = null, trackingNumber = null, trackingUrl = null } = rest
    const call = { scope: idempotencyScope(actor), operation: 'orders.fulfil', key: idempotencyKey, params: rest }
    const request = { orderId: orderId as OrderId, lines, carrier, trackingNumber, trackingUrl }
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

  /** The same as `checkout.cancel`. */
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
