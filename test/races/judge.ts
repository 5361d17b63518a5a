import { DatabaseSync } from 'node:sqlite'
import type { AuditCheckResult, Commerce } from '@cartwright/core'
import type { Order, Payment } from '@cartwright/core/ports'
import { manualClock } from '@cartwright/testing'
import type { Arena } from './arena.ts'
import { openShop } from './open-shop.ts'

const minute = 60_000

/** When the worker looks after the race: past locks, past holds, past every recheck. */
const laterMs = [2 * minute, 20 * minute, 2 * 60 * minute, 24 * 60 * minute, 5 * 24 * 60 * minute]

/** What is left once everything has settled. */
export interface Judgement {
  /** Units on confirmed orders, by SKU. */
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

/**
 * Lets the worker of a new shop, whose clock stands later than every lock and hold, finish what the race left, then compares: stock with orders, our
 * money with the provider's, every invariant, and the file itself.
 *
 * @param meanwhile - what others do after each run of the worker.
 */
export async function judge(arena: Arena, meanwhile: () => void = () => {}): Promise<Judgement> {
  const clock = manualClock(new Date())
  const commerce = await openShop(arena.shop, { clock })
  try {
    for (const name of arena.consumers) commerce.events.subscribe({ name, handle: async () => {} })
    const raceEnd = clock.date().getTime()
    for (const ms of laterMs) {
      clock.set(new Date(raceEnd + ms))
      await commerce.worker.runOnce()
      meanwhile()
    }
    return await compare(arena, commerce)
  } finally {
    await commerce.close()
  }
}

async function compare(arena: Arena, commerce: Commerce): Promise<Judgement> {
  const { orders, payments } = await readAll(commerce)
  const sold = unitsSold(orders)
  const report = await commerce.audit({ providers: true, graceMs: 0 })
  const broken = report.checks.filter(({ violations }) => violations > 0)
  const stock = await Promise.all(Object.keys(arena.supply).map((sku) => stockProblems(arena, commerce, sku, sold[sku] ?? 0)))
  return {
    sold,
    orders,
    payments,
    oversold: Object.entries(arena.supply).reduce((sum, [sku, locations]) => sum + Math.max(0, (sold[sku] ?? 0) - total(locations)), 0),
    orphanCents: orphanCents(arena, orders, payments),
    violations: report.violations,
    problems: [...stock.flat(), ...broken.map(described), ...(arena.shop.postgres === undefined ? fileProblems(arena.shop.file) : [])],
  }
}

async function readAll(commerce: Commerce): Promise<{ orders: readonly Order[]; payments: readonly Payment[] }> {
  return commerce.storage.snapshot({ source: 'database' }, async (snapshot) => {
    const orders: Order[] = []
    for (let after: string | null | undefined; after !== null; ) {
      const page = await snapshot.orders.list({ owner: { type: 'any' }, limit: 100, ...(after === undefined ? {} : { after }) })
      orders.push(...page.items)
      after = page.next
    }
    return { orders, payments: await snapshot.payments.scan({ limit: 1_000_000 }) }
  })
}

function unitsSold(orders: readonly Order[]): Record<string, number> {
  const sold: Record<string, number> = {}
  for (const order of orders) {
    if (order.status !== 'confirmed') continue
    for (const { sku, quantity } of order.lines) sold[sku] = (sold[sku] ?? 0) + quantity
  }
  return sold
}

/** Every unit is sold and reserved, or free: nothing in between is left. */
async function stockProblems(arena: Arena, commerce: Commerce, sku: string, sold: number): Promise<readonly string[]> {
  const levels = await commerce.inventory.levels({ skus: [sku] })
  const onHand = levels.reduce((sum, level) => sum + level.onHand, 0)
  const reserved = levels.reduce((sum, level) => sum + level.reserved, 0)
  const supplied = total(arena.supply[sku] ?? {})
  return [
    ...(onHand === supplied ? [] : [`${sku}: ${onHand} on hand of ${supplied} supplied, though nothing was shipped`]),
    ...(reserved === sold ? [] : [`${sku}: ${reserved} reserved for ${sold} sold`]),
  ]
}

/** What the provider has taken or may take for each order, refunds apart, against what the order is owed; and money for no order at all. */
function orphanCents(arena: Arena, orders: readonly Order[], payments: readonly Payment[]): number {
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
  for (const order of orders) orphans += Math.abs((net.get(order.id) ?? 0) - (order.status === 'confirmed' ? order.totalMinor : 0))
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
