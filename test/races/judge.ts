import { DatabaseSync } from 'node:sqlite'
import type { AuditCheckResult, Commerce } from '@cartwright/core'
import { type Dispute, type Order, type OrderRefund, type Payment, type Refund, type Return, stockUnits } from '@cartwright/core/ports'
import { manualClock } from '@cartwright/testing'
import type { Arena } from './arena.ts'
import { openShop } from './open-shop.ts'

const minute = 60_000

/** When the worker looks after the race: past locks, past holds, past every recheck. */
const laterMs = [2 * minute, 20 * minute, 2 * 60 * minute, 24 * 60 * minute, 5 * 24 * 60 * minute]

/** The money states of orders of which some may have gone back. */
const returning: ReadonlySet<string> = new Set(['partially_refunded', 'refunded', 'review'])

/** What is left once everything has settled. */
export interface Judgement {
  /** Units on confirmed orders, by SKU; of bundles, their components. */
  readonly sold: Readonly<Record<string, number>>
  readonly orders: readonly Order[]
  readonly payments: readonly Payment[]
  /** Units sold beyond the supply. */
  readonly oversold: number
  /** Cents that the provider holds for no confirmed order, or lacks for one. */
  readonly orphanCents: number
  readonly violations: number
  readonly problems: readonly string[]
}

/** What goes on around the judge. */
export interface JudgeOptions {
  /** Told how far the shop's clock stands ahead of the end of the race, before each run of the worker. */
  readonly moved?: (aheadMs: number) => Promise<void>
  /** Works off what is due when the shop's clock stands at `now`. @default one worker of this process */
  readonly work?: (now: Date) => Promise<void>
  /** What others do after each run of the worker. */
  readonly meanwhile?: () => void
  /** Cents astray at whoever the shop is paid through. @default at the arena's bank */
  readonly orphans?: (found: Found) => number
}

/** All orders and all money of the shop. */
export interface Found {
  readonly orders: readonly Order[]
  readonly payments: readonly Payment[]
  /** Of orders of which some money may have gone back. */
  readonly refunds: readonly Refund[]
  readonly disputes: readonly Dispute[]
  /** What staff refunded, and what became of the goods. */
  readonly staffRefunds: readonly OrderRefund[]
  readonly returns: readonly Return[]
  /** By order: what of that went to gift cards and store credit. */
  readonly returnedAsCredit: ReadonlyMap<string, number>
}

/**
 * Lets the worker of a new shop, whose clock stands later than every lock and hold, finish what the race left, then compares: stock with orders, our
 * money with the provider's, every invariant, and the file itself.
 */
export async function judge(arena: Arena, { moved, work, meanwhile, orphans }: JudgeOptions = {}): Promise<Judgement> {
  const clock = manualClock(new Date())
  const commerce = await openShop(arena.shop, { clock })
  try {
    for (const name of arena.consumers) commerce.events.subscribe({ name, handle: async () => {} })
    const raceEnd = clock.date().getTime()
    for (const ms of laterMs) {
      clock.set(new Date(raceEnd + ms))
      await moved?.(ms)
      await (work === undefined ? commerce.worker.runOnce() : work(clock.date()))
      meanwhile?.()
    }
    return await compare(arena, commerce, orphans)
  } finally {
    await commerce.close()
  }
}

async function compare(arena: Arena, commerce: Commerce, orphans: JudgeOptions['orphans']): Promise<Judgement> {
  const found = await readAll(commerce)
  const { orders, payments } = found
  const sold = unitsSold(orders)
  const report = await commerce.audit({ providers: true, graceMs: 0 })
  const broken = report.checks.filter(({ violations }) => violations > 0)
  const back = [...found.staffRefunds, ...found.returns]
  const stock = await Promise.all(Object.keys(arena.supply).map((sku) => stockProblems(arena, commerce, sku, movedUnits(sku, orders, back))))
  return {
    sold,
    orders,
    payments,
    oversold: Object.entries(arena.supply).reduce((sum, [sku, locations]) => sum + Math.max(0, (sold[sku] ?? 0) - total(locations)), 0),
    orphanCents: orphans?.(found) ?? orphanCents(arena, found),
    violations: report.violations,
    problems: [...stock.flat(), ...broken.map(described), ...(arena.shop.postgres === undefined ? fileProblems(arena.shop.file) : [])],
  }
}

async function readAll(commerce: Commerce): Promise<Found> {
  return commerce.storage.snapshot({ source: 'database' }, async (snapshot) => {
    const orders: Order[] = []
    for (let after: string | null | undefined; after !== null; ) {
      const page = await snapshot.orders.list({ owner: { type: 'any' }, limit: 100, ...(after === undefined ? {} : { after }) })
      orders.push(...page.items)
      after = page.next
    }
    const payments = await snapshot.payments.scan({ limit: 1_000_000 })
    const refunds: Refund[] = []
    const disputes: Dispute[] = []
    const staffRefunds: OrderRefund[] = []
    const returnedAsCredit = new Map<string, number>()
    for (const { id: orderId, paymentStatus } of orders) {
      staffRefunds.push(...(await snapshot.orders.refunds({ orderId })))
      if (!returning.has(paymentStatus)) continue
      const movements = (await snapshot.credit.entriesOfOrder({ orderId })).filter(({ change }) => change === 'refund')
      returnedAsCredit.set(
        orderId,
        movements.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
      )
      refunds.push(...(await snapshot.payments.refundsOfOrder({ orderId })))
      disputes.push(...(await snapshot.payments.disputesOfOrder({ orderId })))
    }
    const returns = (await snapshot.returns.list({ owner: { type: 'any' }, limit: 1_000_000 })).items
    return { orders, payments, refunds, disputes, staffRefunds, returns, returnedAsCredit }
  })
}

function unitsSold(orders: readonly Order[]): Record<string, number> {
  const sold: Record<string, number> = {}
  for (const order of orders) {
    if (order.status !== 'confirmed') continue
    for (const line of order.lines)
      for (const { sku, quantity } of stockUnits(line, line.quantity - line.cancelledQuantity)) sold[sku] = (sold[sku] ?? 0) + quantity
  }
  return sold
}

/** Units of one SKU on confirmed orders. */
interface MovedUnits {
  /** Those that were not refunded before they were shipped. */
  readonly sold: number
  readonly shipped: number
  /** Shipped ones that were put back. */
  readonly returned: number
}

function movedUnits(sku: string, orders: readonly Order[], backs: readonly Pick<Return | OrderRefund, 'lines'>[]): MovedUnits {
  const lines = orders.filter(({ status }) => status === 'confirmed').flatMap((order) => order.lines)
  const unitsOf = (line: Order['lines'][number], quantity: number) => stockUnits(line, quantity).find((units) => units.sku === sku)?.quantity ?? 0
  const back = new Map<string, number>()
  for (const { orderLineId, restockedQuantity } of backs.flatMap(({ lines: units }) => [...units])) {
    back.set(orderLineId, (back.get(orderLineId) ?? 0) + restockedQuantity)
  }
  return {
    sold: lines.reduce((sum, line) => sum + unitsOf(line, line.quantity - line.cancelledQuantity), 0),
    shipped: lines.reduce((sum, line) => sum + unitsOf(line, line.fulfilledQuantity), 0),
    returned: lines.reduce((sum, line) => sum + unitsOf(line, back.get(line.id) ?? 0), 0),
  }
}

/** Every unit is sold and reserved or shipped, or free: nothing in between is left. */
async function stockProblems(arena: Arena, commerce: Commerce, sku: string, { sold, shipped, returned }: MovedUnits): Promise<readonly string[]> {
  const levels = await commerce.inventory.levels({ skus: [sku] })
  const onHand = levels.reduce((sum, level) => sum + level.onHand, 0)
  const reserved = levels.reduce((sum, level) => sum + level.reserved, 0)
  const supplied = total(arena.supply[sku] ?? {})
  return [
    ...(onHand === supplied - shipped + returned ? [] : [`${sku}: ${onHand} on hand of ${supplied} supplied, ${shipped} shipped and ${returned} returned`]),
    ...(reserved === sold - shipped ? [] : [`${sku}: ${reserved} reserved for ${sold} sold, ${shipped} of them shipped`]),
  ]
}

/** What the provider has taken or may take for each order, refunds apart, against what the order is owed beside credit after what staff refunded; and money for no order at all. */
function orphanCents(arena: Arena, { orders, payments, staffRefunds, returnedAsCredit }: Found): number {
  const orderOf = new Map<string, string>(payments.map(({ id, orderId }) => [id, orderId]))
  const net = new Map<string, number>()
  let orphans = 0
  const { items } = arena.bank.ledger.listPayments({ limit: Number.POSITIVE_INFINITY })
  for (const { paymentId, capturedMinor, capturableMinor, refundedMinor } of items) {
    const minor = capturedMinor + capturableMinor - refundedMinor
    const orderId = orderOf.get(paymentId ?? '')
    if (orderId === undefined) orphans += Math.abs(minor)
    else net.set(orderId, (net.get(orderId) ?? 0) + minor)
  }
  for (const { id, status, totalMinor, creditMinor } of orders) {
    const refunded = staffRefunds.filter(({ orderId }) => orderId === id).reduce((sum, { amountMinor }) => sum + amountMinor, 0)
    const owed = totalMinor - creditMinor - (refunded - (returnedAsCredit.get(id) ?? 0))
    orphans += Math.abs((net.get(id) ?? 0) - (status === 'confirmed' ? owed : 0))
  }
  return orphans
}

function described({ id, violations, samples }: AuditCheckResult): string {
  return `${id}: ${violations} violations, e.g. ${JSON.stringify(samples[0])}`
}

function fileProblems(file: string): readonly string[] {
  const database = new DatabaseSync(file)
  try {
    const rows = database.prepare('PRAGMA integrity_check').all()
    const findings = rows.map((row) => String(row.integrity_check)).filter((finding) => finding !== 'ok')
    return findings.map((finding) => `integrity_check: ${finding}`)
  } finally {
    database.close()
  }
}

function total(locations: Readonly<Record<string, number>>): number {
  return Object.values(locations).reduce((sum, units) => sum + units, 0)
}
