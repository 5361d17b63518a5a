import { setTimeout as sleep } from 'node:timers/promises'
import type { AuditCheckResult, Commerce, OrderView } from '@cartwright/core'
import { staff } from '../staff.ts'
import { patienceMs } from './load-spec.ts'
import { customerPrefix } from './scenarios/purchase.ts'

/** What a shop was like before the load. */
export interface Baseline {
  /** The newest order, if there was one. */
  readonly newestOrderId: string | null
  /** Payments that the bank of this run cannot vouch for, because others took them. */
  readonly foreignPayments: number
}

/** What the load left. */
export interface Aftermath {
  /** Units on this run's confirmed orders, by SKU. */
  readonly sold: Readonly<Record<string, number>>
  readonly orders: number
  readonly violations: number
  /** The checks that failed. */
  readonly broken: readonly AuditCheckResult[]
}

const providerCheck = 'I22'
const settleEveryMs = 1_000

export async function readBaseline(commerce: Commerce): Promise<Baseline> {
  const [newest] = (await commerce.orders.list({ actor: staff, limit: 1 })).items
  if (newest === undefined) return { newestOrderId: null, foreignPayments: 0 }
  const checks = await auditChecks(commerce)
  return { newestOrderId: newest.id, foreignPayments: checks.find(({ id }) => id === providerCheck)?.violations ?? 0 }
}

/** Lets whatever was cut off be finished, counts what was sold, and audits the shop against the bank of this run. */
export async function settleLoad(commerce: Commerce, run: string, baseline: Baseline): Promise<Aftermath> {
  const orders = await settledOrders(commerce, run, baseline)
  const sold: Record<string, number> = {}
  for (const { lines } of orders) for (const { sku, quantity } of lines) sold[sku] = (sold[sku] ?? 0) + quantity
  const broken = (await auditChecks(commerce)).map((check) => withoutForeign(check, baseline)).filter(({ violations }) => violations > 0)
  return { sold, orders: orders.length, violations: broken.reduce((sum, { violations }) => sum + violations, 0), broken }
}

/**
 * Money is compared to the last payment: the load is over, so none is still on its way. What else the shop had under way before is given the shop's own grace.
 */
async function auditChecks(commerce: Commerce): Promise<readonly AuditCheckResult[]> {
  const { checks } = await commerce.audit({ providers: true, graceMs: 0 })
  if (checks.every(({ id, violations }) => id === providerCheck || violations === 0)) return checks
  const later = await commerce.audit()
  return [...later.checks, ...checks.filter(({ id }) => id === providerCheck)]
}

/** Nobody but another run's bank, or the shop's own, could vouch for a payment that was there before. */
function withoutForeign(check: AuditCheckResult, { foreignPayments }: Baseline): AuditCheckResult {
  return check.id === providerCheck ? { ...check, violations: Math.max(0, check.violations - foreignPayments) } : check
}

/** Confirmed orders of the run, once none of them is pending any more or a minute has passed. */
async function settledOrders(commerce: Commerce, run: string, baseline: Baseline): Promise<readonly OrderView[]> {
  const deadlineMs = performance.now() + patienceMs
  for (;;) {
    const orders = await ordersOf(commerce, run, baseline)
    if (orders.every(({ status }) => status !== 'pending') || performance.now() > deadlineMs) return orders.filter(({ status }) => status === 'confirmed')
    await commerce.worker.runOnce({ jobs: ['completer'] })
    await sleep(settleEveryMs)
  }
}

async function ordersOf({ orders }: Commerce, run: string, { newestOrderId }: Baseline): Promise<readonly OrderView[]> {
  const found: OrderView[] = []
  for (let after: string | null | undefined; after !== null; ) {
    const page = await orders.list({ actor: staff, limit: 100, ...(after === undefined ? {} : { after }) })
    const end = page.items.findIndex(({ id }) => id === newestOrderId)
    found.push(...(end === -1 ? page.items : page.items.slice(0, end)).filter(({ customerId }) => customerId?.startsWith(customerPrefix(run))))
    after = end === -1 ? page.next : null
  }
  return found
}
