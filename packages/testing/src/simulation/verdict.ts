import type { Commerce, OrderView } from '@cartwright/core'
import { type Cast, staff } from './cast.ts'
import { sellingProblems } from './selling-verdict.ts'
import type { SimulatedServer } from './simulated-server.ts'
import type { Tally, ToldHold } from './tally.ts'

/** Compares what is left with the audit's invariants, with the bank's books and with the reference model. @returns what is wrong, in words. */
export async function judge(cast: Cast): Promise<readonly string[]> {
  const { world } = cast
  const [server] = world.servers
  if (server === undefined) throw new Error('no server runs')
  const problems: string[] = []
  world.launch(async () => {
    const { commerce } = server
    const report = await commerce.audit({ providers: true, graceMs: 0 })
    for (const { id, violations, samples } of report.checks) if (violations > 0) problems.push(`audit ${id}: ${JSON.stringify(samples)}`)
    const orders = await allOrders(commerce)
    problems.push(...orderProblems(cast, orders), ...moneyProblems(cast, orders), ...parcelProblems(world.tally, orders))
    problems.push(...(await paymentProblems(cast, commerce)))
    problems.push(...(await stockProblems(cast, server, orders)), ...(await sellingProblems(cast, server, orders)))
    problems.push(...eventProblems(cast, orders), ...world.tally.contradictions)
  })
  await world.turns()
  return problems
}

async function allOrders(commerce: Commerce): Promise<readonly OrderView[]> {
  const orders: OrderView[] = []
  for (let after: string | null | undefined; after !== null; ) {
    const page = await commerce.orders.list({ actor: staff, limit: 100, ...(after === undefined ? {} : { after }) })
    orders.push(...page.items)
    after = page.next
  }
  return orders
}

function orderProblems({ world: { tally }, buyers }: Cast, orders: readonly OrderView[]): readonly string[] {
  const problems: string[] = []
  const found = new Map(orders.map((order) => [order.id as string, order]))
  for (const { orderId, confirmed, cancelled, cancelAsked } of tally.orders.values()) {
    const order = found.get(orderId)
    if (order === undefined) problems.push(`order ${orderId} was told of and is gone`)
    else if (confirmed && !cancelAsked && order.status !== 'confirmed') problems.push(`order ${order.number} was confirmed to somebody and is ${order.status}`)
    else if (cancelled && order.status !== 'cancelled') problems.push(`order ${order.number} was cancelled and is ${order.status}`)
  }
  for (const order of orders) {
    tally.see(order)
    const { number, status, paymentStatus, lines, subtotalMinor, discountMinor, shippingMinor, taxMinor, totalMinor } = order
    if (status === 'pending') problems.push(`order ${number} is still pending`)
    if (paymentStatus === 'review' || paymentStatus === 'pending') problems.push(`order ${number} is ${status}, its money ${paymentStatus}`)
    for (const { sku, unitMinor } of lines) if (!tally.prices.get(sku)?.has(unitMinor)) problems.push(`${number}: ${sku} never cost ${unitMinor}`)
    const goodsMinor = lines.reduce((sum, line) => sum + line.quantity * line.unitMinor, 0)
    if (goodsMinor !== subtotalMinor || goodsMinor - discountMinor + shippingMinor + taxMinor !== totalMinor)
      problems.push(`${number}: ${totalMinor} is not what its lines come to`)
    if (!buyers.some(({ cartId }) => cartId === order.cartId)) problems.push(`${number} is of a cart that nobody has`)
  }
  for (const { cartId, placements } of buyers) {
    const ofCart = orders.filter((order) => order.cartId === cartId)
    if (ofCart.length > placements.length) problems.push(`cart ${cartId} was placed under ${placements.length} keys and became ${ofCart.length} orders`)
    if (ofCart.filter(({ status }) => status === 'confirmed').length > 1) problems.push(`cart ${cartId} was sold more than once`)
  }
  return problems
}

/** The bank's books alone say what every order was paid. */
function moneyProblems({ world }: Cast, orders: readonly OrderView[]): readonly string[] {
  const problems: string[] = []
  const keptBy = new Map<string, number>()
  for (const { orderId, capturedMinor, capturableMinor, refundedMinor, providerPaymentId } of world.bank.ledger.listPayments({ limit: 100_000 }).items) {
    const kept = capturedMinor + capturableMinor - refundedMinor
    if (orderId === null || !orders.some(({ id }) => id === orderId)) problems.push(`the bank's ${providerPaymentId} is for no order`)
    else keptBy.set(orderId, (keptBy.get(orderId) ?? 0) + kept)
  }
  for (const { id, number, status, totalMinor, creditMinor } of orders) {
    const owed = status === 'confirmed' ? totalMinor - creditMinor : 0
    const kept = keptBy.get(id) ?? 0
    if (kept !== owed) problems.push(`order ${number} is ${status} over ${totalMinor}, and the bank holds ${kept} for it`)
  }
  for (const { orderId, captured, cancelAsked } of world.tally.orders.values()) {
    const payments = world.bank.ledger.listPayments({ limit: 100_000 }).items.filter((payment) => payment.orderId === orderId)
    if (captured && !cancelAsked && !payments.some(({ capturedMinor }) => capturedMinor > 0))
      problems.push(`order ${orderId} was captured, and the bank has taken nothing`)
  }
  return problems
}

/** No payment that lives on at the bank is forgotten here, and none that has ended there is looked at for ever. */
async function paymentProblems({ world }: Cast, commerce: Commerce): Promise<readonly string[]> {
  const problems: string[] = []
  const theirs = new Map(world.bank.ledger.listPayments({ limit: 100_000 }).items.map((payment) => [payment.paymentId as string, payment]))
  const ours = await commerce.storage.snapshot(world.clock.now(), (snapshot) => snapshot.payments.scan({ limit: 100_000 }))
  for (const { id, status, nextCheckAt } of ours) {
    // An authorisation behind a sale is looked at daily, for it can end.
    if (status === 'authorised') continue
    const known = theirs.get(id)
    if (nextCheckAt !== null && known !== undefined) problems.push(`payment ${id} is ${status}, ${known.status} at the bank, and looked at for ever`)
    if (nextCheckAt === null && /^(?:created|requires_action|processing)$/.test(status)) problems.push(`payment ${id} is ${status} and forgotten`)
  }
  return problems
}

function parcelProblems(tally: Tally, orders: readonly OrderView[]): readonly string[] {
  const problems: string[] = []
  for (const order of orders) {
    const shipped = new Map<string, number>()
    for (const { sku, fulfilledQuantity } of order.lines) shipped.set(sku, (shipped.get(sku) ?? 0) + fulfilledQuantity)
    const told = new Map<string, number>()
    for (const parcel of tally.parcels.values()) {
      if (parcel.orderId !== order.id) continue
      for (const [sku, units] of Object.entries(parcel.units)) told.set(sku, (told.get(sku) ?? 0) + units)
    }
    for (const [sku, units] of shipped)
      if ((told.get(sku) ?? 0) !== units) problems.push(`${order.number}: ${units} ${sku} shipped, in parcels told of ${told.get(sku) ?? 0}`)
  }
  return problems
}

/** Every unit that came is there, or was shipped to somebody who was told; every promise is one that somebody was given; and what is left can be bought to the last unit. */
async function stockProblems(cast: Cast, server: SimulatedServer, orders: readonly OrderView[]): Promise<readonly string[]> {
  const { world, plan } = cast
  const { tally } = world
  const problems: string[] = []
  const heldBy = new Map<string, number>()
  const takenBy = new Map<string, number>()
  for (const hold of tally.holds.values()) problems.push(...(await holdProblems(cast, server, hold, heldBy, takenBy)))
  for (const { sku, stockTracked } of plan.goods) {
    if (!stockTracked) continue
    const levels = await server.commerce.inventory.levels({ skus: [sku] })
    const onHand = levels.reduce((sum, level) => sum + level.onHand, 0)
    const reserved = levels.reduce((sum, level) => sum + level.reserved, 0)
    const received = tally.received.get(sku) ?? 0
    const gone = tally.shipped(sku) + (takenBy.get(sku) ?? 0)
    if (onHand + gone !== received) problems.push(`${sku}: ${onHand} on hand and ${gone} shipped of ${received} received`)
    const sold = orders.filter(({ status }) => status === 'confirmed').flatMap(({ lines }) => lines)
    const unsent = sold.reduce((sum, line) => sum + (line.quantity - line.fulfilledQuantity) * tally.unitsIn(sku, line.sku), 0)
    const promised = unsent + (heldBy.get(sku) ?? 0)
    if (tally.owed.has(sku) ? reserved > promised : reserved !== promised) problems.push(`${sku}: ${reserved} reserved for ${promised} promised`)
    if (tally.adjustmentsHeard(sku) !== received) problems.push(`${sku}: events tell of ${tally.adjustmentsHeard(sku)} received, callers of ${received}`)
    problems.push(...(await lastUnits(cast, server, sku, onHand - reserved)))
  }
  return problems
}

async function holdProblems(
  { world }: Cast,
  server: SimulatedServer,
  told: ToldHold,
  heldBy: Map<string, number>,
  takenBy: Map<string, number>,
): Promise<readonly string[]> {
  const { reservationId } = told
  const ended = await world.call(server, 'read a hold', () => server.commerce.inventory.reservation({ reservationId }))
  if (ended.outcome !== 'answered') return told.held ? [`hold ${reservationId} was granted and is gone`] : []
  const problems: string[] = []
  const { status, lines } = ended.value
  if (told.released && status !== 'released' && status !== 'expired') problems.push(`hold ${reservationId} was released and is ${status}`)
  if (told.committed && !told.releaseAsked && status !== 'committed' && status !== 'consumed')
    problems.push(`hold ${reservationId} was committed and is ${status}`)
  if (!told.commitAsked && (status === 'committed' || status === 'held')) problems.push(`hold ${reservationId} is ${status} though nobody keeps it`)
  for (const [sku, units] of Object.entries(told.units)) {
    const ofSku = lines.filter((line) => line.sku === sku)
    const quantity = ofSku.reduce((sum, line) => sum + line.quantity, 0)
    const consumed = ofSku.reduce((sum, line) => sum + line.consumed, 0)
    if (quantity !== units) problems.push(`hold ${reservationId} is of ${quantity} ${sku} instead of ${units}`)
    if (consumed < (told.consumed.get(sku) ?? 0) || consumed > (told.maybeConsumed.get(sku) ?? 0))
      problems.push(`hold ${reservationId} has ${consumed} ${sku} consumed`)
    takenBy.set(sku, (takenBy.get(sku) ?? 0) + consumed)
    heldBy.set(
      sku,
      ofSku.reduce((sum, line) => sum + line.held + line.backordered, heldBy.get(sku) ?? 0),
    )
  }
  return problems
}

/** Whoever asks for all that is left gets it; whoever asks for one more does not. */
async function lastUnits(cast: Cast, server: SimulatedServer, sku: string, left: number): Promise<readonly string[]> {
  const ask = (quantity: number) =>
    cast.world.call(server, `buy the last ${sku}`, () =>
      server.commerce.inventory.reserve({ claims: [{ sku, quantity }], holder: { type: 'external', id: 'the last buyer' } }),
    )
  const problems: string[] = []
  if ((await ask(left + 1)).outcome === 'answered') problems.push(`${sku}: ${left + 1} units were granted of ${left} left`)
  if (left > 0 && (await ask(left)).outcome !== 'answered') problems.push(`${sku}: the last ${left} units could not be had`)
  return problems
}

/** Every change of an order was told, once each, in order. */
function eventProblems({ world: { tally } }: Cast, orders: readonly OrderView[]): readonly string[] {
  return orders.flatMap(({ id, number, status, version }) => {
    const heard = tally.versionsHeard(id)
    const missing = Array.from({ length: version }, (_, index) => index + 1).filter((wanted) => !heard.includes(wanted))
    return [
      ...(missing.length > 0 ? [`${number}: no event tells of versions ${missing.join(', ')}`] : []),
      ...(heard.length > version ? [`${number}: ${heard.length} events tell of ${version} changes`] : []),
      ...(status === 'confirmed' && !tally.topicsHeard(id).has('order.confirmed') ? [`${number} is confirmed, and no event says so`] : []),
    ]
  })
}
