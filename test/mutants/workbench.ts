import { setImmediate as turn } from 'node:timers/promises'
import { type Commerce, CommerceError, createCommerce, isCommerceError, type Money, type StrategyName, type Timing } from '@cartwright/core'
import { type Order, type PaymentProvider, type StockedLine, type Storage, stockUnits } from '@cartwright/core/ports'
import { type FakePayments, fakePayments, type ManualClock, manualClock, quickPasswords } from '@cartwright/testing'
import { overlay } from '../planted/overlay.ts'
import { type Plant, planted } from '../planted/plant.ts'
import type { EngineName } from '../races/arena.ts'
import { address } from '../races/tasks/buyer.ts'
import { openBenchDatabase } from './bench-database.ts'

const minute = 60_000

/** Units in stock at the start, by SKU; each costs 12.50. */
const received = { HOT: 10, TEE: 5 } as const
export const unitMinor = 1250
export const staff = { type: 'admin', id: 'ops' } as const

export interface BenchOptions {
  readonly plant: Plant | undefined
  /** @default 'sqlite', in memory */
  readonly engine?: EngineName | undefined
  /** How stock is reserved. @default 'conditional' */
  readonly strategy?: StrategyName | undefined
  readonly timing?: Partial<Timing>
  /** Where the process dies: called at each step of a purchase; a throw ends the call. */
  readonly probe?: (step: string) => Promise<void>
  /** A layer between the sound database and the fault. */
  readonly underneath?: (storage: Storage) => Storage
  /** What shipping costs, in cents. @default nothing */
  readonly shipping?: () => Promise<number>
  /** Where to note what is wrong. @default a list of its own */
  readonly findings?: Findings
}

/** A cart that a customer has been quoted for. */
export interface QuotedCart {
  readonly customerId: string
  readonly cartId: string
  readonly total: Money
}

/** A shop, with its bank and a clock that stands still: what the scripts work on. */
export interface Bench {
  /** What the shop is kept in, for scripts that open others. */
  readonly engine: EngineName | undefined
  readonly commerce: Commerce
  /** The storage with the fault in it. */
  readonly storage: Storage
  readonly bank: FakePayments
  readonly clock: ManualClock
  /** Replaces methods of the bank while it is set. */
  readonly faults: Partial<PaymentProvider>
  readonly findings: Findings
  quoted(customerId: string, goods: Readonly<Record<string, number>>): Promise<QuotedCart>
  place(cart: QuotedCart, method: string, key: string, more?: { readonly email?: string }): ReturnType<Commerce['checkout']['place']>
  order(id: string): Promise<Pick<Order, 'status' | 'paymentStatus'>>
  /** On hand and reserved. */
  stock(sku: string): Promise<{ readonly onHand: number; readonly reserved: number }>
  /** Lets five days pass under the worker, then compares stock, money and every invariant. */
  settle(): Promise<void>
  close(): Promise<void>
}

/** What a script found wrong. */
export class Findings {
  readonly problems: string[] = []

  expect(holds: boolean, otherwise: string): void {
    if (!holds) this.problems.push(otherwise)
  }

  /** Notes unless the call is refused with this code. */
  async refused(code: string, what: string, call: Promise<unknown>): Promise<void> {
    try {
      await call
      this.problems.push(`${what} was not refused`)
    } catch (error) {
      this.expect(isCommerceError(error) && error.code === code, `${what}: ${String(error)} instead of ${code}`)
    }
  }
}

export async function openBench({
  plant,
  engine,
  strategy = 'conditional',
  timing = {},
  probe,
  underneath,
  shipping,
  findings = new Findings(),
}: BenchOptions): Promise<Bench> {
  const clock = manualClock(new Date('2026-03-01T12:00:00Z'))
  const bank = fakePayments({ now: clock.date })
  const faults: Partial<PaymentProvider> = {}
  const shaky = new Proxy(bank as PaymentProvider, { get: (target, name) => Reflect.get(faults, name) ?? Reflect.get(target, name) })
  const database = await openBenchDatabase(engine, plant)
  await stockUp(database.storage)
  const parts = planted(plant, { storage: underneath?.(database.storage) ?? database.storage, provider: shaky })
  const rates = async () => [{ method: 'standard', label: 'Standard', amountMinor: (await shipping?.()) ?? 0 }]
  const commerce = parts.commerce(
    await createCommerce({
      storage: parts.storage,
      currency: 'USD',
      payments: [parts.provider],
      clock,
      inventory: { strategy },
      timing,
      shipping: { rates },
      accounts: { passwords: quickPasswords() },
      ...(probe === undefined ? {} : { probe }),
    }),
  )
  const bench: Bench = {
    engine,
    commerce,
    storage: parts.storage,
    bank,
    clock,
    faults,
    findings,
    quoted: (customerId, goods) => quotedCart(commerce, customerId, goods),
    place: ({ customerId, cartId, total }, method, idempotencyKey, more = {}) => {
      const order = { actor: { type: 'customer', customerId }, cartId, expectedTotal: total, payment: { provider: 'fake', method } } as const
      return commerce.checkout.place({ ...order, idempotencyKey, ...more })
    },
    order: (id) => commerce.orders.get({ actor: staff, id }),
    stock: async (sku) => {
      const [level] = await commerce.inventory.levels({ skus: [sku] })
      return level ?? { onHand: 0, reserved: 0 }
    },
    settle: () => settle(bench),
    close: async () => {
      await commerce.close()
      await database.remove()
    },
  }
  return bench
}

async function stockUp(storage: Storage): Promise<void> {
  const commerce = await createCommerce({ storage: overlay(storage, { close: async () => {} }), currency: 'USD' })
  const products = Object.entries(received).map(([sku, quantity]) => ({
    handle: sku.toLowerCase(),
    title: sku,
    variants: [{ sku, prices: [{ currency: 'USD', amountMinor: unitMinor }], stock: [{ quantity }] }],
  }))
  const { rejected } = await commerce.catalog.upsertMany({ products })
  if (rejected.length > 0) throw new Error(`the goods were refused: ${JSON.stringify(rejected)}`)
}

async function quotedCart(commerce: Commerce, customerId: string, goods: Readonly<Record<string, number>>): Promise<QuotedCart> {
  const actor = { type: 'customer', customerId } as const
  const { cart } = await commerce.carts.create({ actor, currency: 'USD' })
  for (const [sku, quantity] of Object.entries(goods)) await commerce.carts.addLine({ actor, cartId: cart.id, sku, quantity })
  const quote = await commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress: address, shippingMethod: 'standard' })
  return { customerId, cartId: cart.id, total: quote.total }
}

const laterMs = [1, 10, 40, 120, 24 * 60, 5 * 24 * 60].map((minutes) => minutes * minute)

async function settle({ commerce, bank, clock, findings }: Bench): Promise<void> {
  const end = clock.date().getTime()
  for (const ms of laterMs) {
    clock.set(new Date(end + ms))
    await commerce.worker.runOnce()
  }
  const { items: orders } = await commerce.orders.list({ actor: staff, limit: 100 })
  const report = await commerce.audit({ providers: true, graceMs: 0 })
  for (const { id, violations, samples } of report.checks) findings.expect(violations === 0, `audit ${id}: ${JSON.stringify(samples[0])}`)
  for (const { status, number } of orders) findings.expect(status !== 'pending', `order ${number} is still pending`)
  const sold = orders.filter(({ status }) => status === 'confirmed')
  const owed = sold.reduce((sum, { totalMinor, creditMinor }) => sum + totalMinor - creditMinor, 0)
  const held = bank.ledger
    .listPayments({ limit: 1_000 })
    .items.reduce((sum, { capturedMinor, capturableMinor, refundedMinor }) => sum + capturedMinor + capturableMinor - refundedMinor, 0)
  findings.expect(held === owed, `the bank holds ${held} for orders of ${owed}`)
  for (const [sku, units] of Object.entries(received)) {
    const [level] = await commerce.inventory.levels({ skus: [sku] })
    const lines = sold.flatMap((order) => order.lines)
    const unitsOf = (line: StockedLine, quantity: number) => stockUnits(line, quantity).find((part) => part.sku === sku)?.quantity ?? 0
    const promised = lines.reduce((sum, line) => sum + unitsOf(line, line.quantity), 0)
    const shipped = lines.reduce((sum, line) => sum + unitsOf(line, line.fulfilledQuantity), 0)
    findings.expect(promised <= units, `${sku}: ${promised} sold of ${units}`)
    findings.expect(level?.onHand === units - shipped, `${sku}: ${level?.onHand} on hand of ${units}, ${shipped} shipped`)
    findings.expect(level?.reserved === promised - shipped, `${sku}: ${level?.reserved} reserved for ${promised} sold, ${shipped} shipped`)
  }
}

/** The process died here. */
export class Died extends Error {}

/** Repeats a call as its caller would: at once after a death or a lost answer, and half a minute later while its key is in flight. */
export async function persistently<T>(bench: Pick<Bench, 'clock'>, call: () => Promise<T>): Promise<T | CommerceError> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await call()
    } catch (error) {
      const again = error instanceof Died || (isCommerceError(error) && error.retryable)
      if (!again || attempt === 5) {
        if (error instanceof CommerceError) return error
        throw error
      }
      bench.clock.advance(31_000)
      await turn()
    }
  }
}
