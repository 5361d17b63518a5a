import type {
  AddressId,
  CartId,
  CategoryId,
  CustomerId,
  DisputeId,
  Order,
  OrderLine,
  OrderLineId,
  Payment,
  PriceListId,
  ProductId,
  ReservationId,
  SessionId,
  StorageTransaction,
  VariantId,
  WishListId,
} from '@cartwright/core/ports'
import { type CreditedSale, sellForCredit } from './credited-sale.ts'
import { type PromotedSales, promoteSales } from './promoted-sales.ts'
import { type RefundedSale, sellAndRefund } from './refunded-sale.ts'
import { type Reviews, reviewThing, thingId } from './reviewed-thing.ts'
import { mainLocation, minutes, moveOrder, movePayment, nextId, type OpenShop, openShop, orderLine, placeOrder, queueRefund, shipOrder } from './small-shop.ts'

interface Sale {
  readonly order: Order
  readonly payment: Payment
}

export interface TradingShop extends OpenShop {
  /** Paid, shipped in one parcel, delivered. */
  readonly delivered: Sale
  /** Authorised, one unit of three shipped. */
  readonly partly: Sale
  /** Authorised, one bundle of two shipped; each takes two of `SKU-C`. */
  readonly boxed: Sale
  /** Paid, then cancelled; the refund is queued. */
  readonly cancelled: Sale
  /** Paid, shipped but for one unit, which was refunded with another one that came back. */
  readonly refunded: RefundedSale
  /** Paid by a gift card in part. */
  readonly credited: CreditedSale
  /** Its payment failed and its time ran out. */
  readonly expired: Sale
  /** Placed a minute before the audit. */
  readonly pending: Sale
  readonly reviews: Reviews
  readonly promoted: PromotedSales
}

/** When a shop made by `tradingShop` is audited. */
export const auditTime = minutes(181)

/** A shop with rows in every table and nothing wrong with it. */
export async function tradingShop(): Promise<TradingShop> {
  const shop = await openShop()
  await shop.at(minutes(0), stockUp)
  await shop.at(minutes(0), keepPrices)
  await shop.at(minutes(1), fillCart)
  const delivered = await sellAndDeliver(shop)
  const partly = await sellPartly(shop, [orderLine('SKU-B', 3)])
  const cancelled = await sellAndCancel(shop)
  const expired = await letExpire(shop)
  const refunded = await sellAndRefund(shop)
  const credited = await sellForCredit(shop)
  const boxed = await sellPartly(shop, [boxLine])
  const pending = await shop.at(minutes(180), async (tx) => {
    const sale = await placeOrder(tx, [orderLine('SKU-A', 2)])
    await tx.idempotency.claim({
      scope: 'customer:ada',
      operation: 'checkout.place',
      key: 'running',
      fingerprint: 'f',
      lockedUntil: minutes(182),
      expiresAt: minutes(9_999),
    })
    await tx.outbox.claimConsumer({ name: 'search', leaseUntil: minutes(182), from: 'head' })
    return sale
  })
  await shop.at(minutes(180), (tx) => meetCustomer(tx, delivered.order))
  await hearFromProvider(shop, delivered)
  const reviews = await shop.at(minutes(160), (tx) => reviewThing(tx, proofOf(delivered)))
  const promoted = await promoteSales(shop, pending.order, expired.order)
  await readEvents(shop)
  return { ...shop, delivered, partly, boxed, cancelled, refunded, credited, expired, pending, reviews, promoted }
}

async function stockUp(tx: StorageTransaction): Promise<void> {
  await tx.stock.ensureLocation({ id: mainLocation, code: 'main', name: 'Main', priority: 0, active: true })
  for (const sku of ['SKU-A', 'SKU-B', 'SKU-C', 'SKU-D']) {
    await tx.stock.adjust({ entryId: nextId(), sku, locationId: mainLocation, change: { by: 100 }, reason: 'received', note: null, shortfall: 'refuse' })
  }
  const [category] = await tx.catalog.ensureCategories([{ id: nextId<CategoryId>(), path: ['Goods'] }])
  const prices = [{ currency: 'USD', amountMinor: 10, compareAtMinor: 12 }]
  const variant = { id: nextId<VariantId>(), sku: 'SKU-A', barcode: null, options: {}, prices, weightGrams: 1, stockTracked: true, backorder: 'deny' } as const
  const pair = { ...variant, id: nextId<VariantId>(), sku: 'PAIR', stockTracked: false, components: [{ sku: 'SKU-A', quantity: 2 }] } as const
  await tx.catalog.upsertProducts([
    {
      id: nextId<ProductId>(),
      handle: 'thing',
      title: 'Thing',
      description: '',
      vendor: null,
      status: 'published',
      taxCategory: 'standard',
      categories: category === undefined ? [] : [category],
      attributes: { wattage: 1400 },
      images: [],
      options: [],
      variants: [variant, pair],
      contentHash: 'hash',
    },
  ])
}

async function keepPrices(tx: StorageTransaction): Promise<void> {
  const list = { id: nextId<PriceListId>(), code: 'trade', name: 'Trade', currency: 'USD', groups: ['wholesale'], priority: 0, active: true, version: 1 }
  await tx.priceLists.save({ list: { ...list, startsAt: null, endsAt: null, createdAt: tx.now, updatedAt: tx.now }, expectedVersion: null })
  await tx.priceLists.putPrices({ priceListId: list.id, prices: [{ sku: 'SKU-A', minQuantity: 1, amountMinor: 9 }] })
}

async function fillCart(tx: StorageTransaction): Promise<void> {
  const times = { createdAt: tx.now, updatedAt: tx.now, expiresAt: minutes(9_999) }
  const lines = [{ sku: 'SKU-A', quantity: 1, seenUnitMinor: 10 }]
  const id = nextId<CartId>()
  await tx.carts.insert({ id, customerId: nextId(), guestTokenHash: null, currency: 'USD', status: 'active', version: 1, lines, ...times })
  const reservationId = nextId<ReservationId>()
  await tx.stock.reserve({ reservationId, holder: { type: 'cart', id }, claims: [{ sku: 'SKU-D', quantity: 1 }], expiresAt: minutes(9_999) })
  await tx.carts.lockHolds({ owner: 'customer:eve' })
  await tx.carts.putHold({ cartId: id, owner: 'customer:eve', reservationId, since: tx.now })
  const key = { scope: 'customer:ada', operation: 'checkout.place', key: 'done', fingerprint: 'f' }
  const claim = await tx.idempotency.claim({ ...key, lockedUntil: minutes(2), expiresAt: minutes(9_999) })
  if (claim.outcome === 'claimed') await tx.idempotency.finish({ ...key, fence: claim.fence, result: { orderId: 'o' } })
}

async function sellAndDeliver(shop: OpenShop): Promise<Sale> {
  const placed = await shop.at(minutes(10), async (tx) =>
    placeOrder(tx, [{ ...orderLine('SKU-A', 2), productId: await thingId(tx) }, orderLine('SKU-B', 1), orderLine('FILE', 1)]),
  )
  const paid = await shop.at(minutes(11), async (tx) => {
    await commit(tx, placed.order)
    const payment = await movePayment(tx, placed.payment, 'captured', { capturedMinor: placed.order.totalMinor })
    return { order: await moveOrder(tx, placed.order, 'confirmed', { status: 'confirmed', paymentStatus: 'paid' }), payment }
  })
  const shipped = await shop.at(minutes(20), (tx) => shipOrder(tx, paid.order, 2, 'shipped'))
  const order = await shop.at(minutes(60), async (tx) => {
    const parcel = await tx.orders.findFulfilment({ fulfilmentId: shipped.fulfilmentId })
    if (parcel === undefined) throw new Error('no parcel')
    await tx.orders.saveFulfilment({ fulfilment: { ...parcel, status: 'delivered', deliveredAt: tx.now, version: 2 }, expectedVersion: 1 })
    return moveOrder(tx, shipped.order, 'delivered', { fulfilmentStatus: 'delivered' }, parcel.id)
  })
  return { order, payment: paid.payment }
}

/** Two boxes, of two `SKU-C` and a file each. */
const boxLine: OrderLine = {
  ...orderLine('BOX', 2),
  stockTracked: false,
  components: [
    { sku: 'SKU-C', title: 'Thing', quantity: 2, stockTracked: true },
    { sku: 'FILE', title: 'File', quantity: 1, stockTracked: false },
  ],
}

async function sellPartly(shop: OpenShop, lines: readonly OrderLine[]): Promise<Sale> {
  const placed = await shop.at(minutes(70), (tx) => placeOrder(tx, lines))
  const authorised = await shop.at(minutes(71), async (tx) => {
    await commit(tx, placed.order)
    const payment = await movePayment(tx, placed.payment, 'authorised', { authorisedMinor: placed.order.totalMinor })
    return { order: await moveOrder(tx, placed.order, 'confirmed', { status: 'confirmed', paymentStatus: 'authorised' }), payment }
  })
  const { order } = await shop.at(minutes(80), (tx) => shipOrder(tx, authorised.order, 1, 'partial'))
  return { order, payment: authorised.payment }
}

async function sellAndCancel(shop: OpenShop): Promise<Sale> {
  const placed = await shop.at(minutes(90), (tx) => placeOrder(tx, [orderLine('SKU-A', 1)]))
  return shop.at(minutes(91), async (tx) => {
    await commit(tx, placed.order)
    const payment = await movePayment(tx, placed.payment, 'captured', { capturedMinor: placed.order.totalMinor })
    const order = await moveOrder(tx, placed.order, 'confirmed', { status: 'confirmed', paymentStatus: 'paid' })
    if (order.reservationId !== null) await tx.stock.release({ reservationId: order.reservationId })
    await queueRefund(tx, payment)
    return { order: await moveOrder(tx, order, 'cancelled', { status: 'cancelled' }), payment }
  })
}

/** The buyer of an order has an account, is signed in, and had it sent to an address of their book. */
async function meetCustomer(tx: StorageTransaction, { id: orderId, shippingAddress }: Order): Promise<void> {
  const customerId = 'ada' as CustomerId
  const addressId = nextId<AddressId>()
  const [email, expiresAt] = ['ada@example.com', minutes(9_999)]
  const profile = { email, emailVerifiedAt: tx.now, name: 'Ada', phone: null, groups: ['wholesale'] }
  await tx.customers.insert({ id: customerId, ...profile, version: 1, createdAt: tx.now, updatedAt: tx.now })
  await tx.customers.putAddress({ customerId, addressId, address: shippingAddress })
  await tx.customers.setDefault({ customerId, purpose: 'shipping', addressId })
  await tx.customers.noteUse({ orderId, customerId, used: [{ purpose: 'shipping', addressId }] })
  await tx.accounts.putPassword({ customerId, passwordHash: 'hash' })
  await tx.accounts.putToken({ tokenHash: 'token', customerId, purpose: 'reset_password', expiresAt, createdAt: tx.now })
  const session = { id: nextId<SessionId>(), customerId, createdAt: tx.now, seenAt: tx.now, expiresAt, endsAt: expiresAt }
  await tx.accounts.openSession({ session, tokenHash: 'session' })
  const wishes = { customerId, wishListId: nextId<WishListId>() }
  await tx.wishLists.insert({ ...wishes, name: 'Birthday' })
  await tx.wishLists.putItem({ ...wishes, sku: 'SKU-A', note: 'in blue' })
  await tx.wishLists.share({ ...wishes, sharing: { tokenHash: 'shared', notes: false } })
}

function proofOf({ order }: Sale): OrderLineId {
  const [line] = order.lines
  if (line === undefined) throw new Error('an order has a line')
  return line.id
}

/** The bank tells that the payment was charged, and of something that is no concern of the shop; the buyer disputes it, in vain. */
async function hearFromProvider(shop: OpenShop, { order, payment }: Sale): Promise<void> {
  const [, charged] = await shop.at(minutes(150), (tx) => tx.payments.history({ paymentId: payment.id }))
  await shop.at(minutes(151), async (tx) => {
    const { now } = tx
    const then = charged?.at ?? now
    const subject = { type: 'payment', id: payment.providerPaymentId ?? '' } as const
    const event = {
      provider: 'fake',
      live: false,
      payloadHash: null,
      createdAt: then,
      receivedAt: then,
      fence: 1,
      problem: null,
      nextAttemptAt: null,
      finishedAt: then,
    }
    const done = { type: 'payment.succeeded', subject, providerPaymentId: subject.id, state: 'processed', attempts: 1, outcome: 'applied' } as const
    await tx.inbox.record({ ...event, ...done, eventId: 'event-1', domainEventId: charged?.eventId ?? null })
    const nothing = { type: 'payout.paid', subject: null, providerPaymentId: null, state: 'ignored', attempts: 0, outcome: 'no_subject' } as const
    await tx.inbox.record({ ...event, ...nothing, eventId: 'event-2', domainEventId: null })
    await tx.payments.insertDispute({
      id: nextId<DisputeId>(),
      paymentId: payment.id,
      orderId: order.id,
      provider: 'fake',
      providerDisputeId: 'dispute-1',
      status: 'won',
      amountMinor: payment.capturedMinor,
      currency: payment.currency,
      reason: 'fraudulent',
      evidenceDueBy: null,
      createdAt: now,
      updatedAt: now,
      version: 2,
    })
  })
}

async function letExpire(shop: OpenShop): Promise<Sale> {
  const placed = await shop.at(minutes(100), (tx) => placeOrder(tx, [orderLine('SKU-A', 1)]))
  return shop.at(minutes(120), async (tx) => {
    await tx.stock.expireDue({ limit: 10 })
    const payment = await movePayment(tx, placed.payment, 'failed', { declineCode: 'insufficient_funds' })
    return { order: await moveOrder(tx, placed.order, 'expired', { status: 'expired', paymentStatus: 'none' }), payment }
  })
}

async function commit(tx: StorageTransaction, order: Order): Promise<void> {
  if (order.reservationId !== null) await tx.stock.commit({ reservationId: order.reservationId })
}

async function readEvents(shop: OpenShop): Promise<void> {
  await shop.at(minutes(180), async (tx) => {
    const claim = await tx.outbox.claimConsumer({ name: 'index', leaseUntil: minutes(181) })
    if (claim.outcome === 'claimed') await tx.outbox.advanceConsumer({ name: 'index', fence: claim.fence, cursor: await tx.outbox.head(), release: true })
  })
}
