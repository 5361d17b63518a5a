import type { OrderView } from '@cartwright/core'
import { address, staff } from '../test-shop.ts'
import { nameOf, type ShakyShop, seededNumbers, shakyShop } from './shaky-shop.ts'

const minute = 60_000
const hour = 60 * minute
const skus = ['MUG', 'TEE-S', 'PDF', 'FREE'] as const
const walkMethods = [
  'card_ok',
  'card_ok',
  'card_declined',
  'card_requires_action',
  'card_timeout',
  'card_unreachable',
  'card_late',
  'card_never',
  'card_slow_refund',
] as const

/** What no call and no job may ever end with. */
const forbidden = /^(ILLEGAL_TRANSITION|CONSTRAINT_VIOLATION|NESTED_TRANSACTION|TRANSACTION_CLOSED|UNEXPECTED)/

export interface WalkOptions {
  readonly seed: number
  readonly steps?: number
  readonly faultRate?: number
  readonly crashRate?: number
  readonly blindRate?: number
  readonly methods?: readonly string[]
  readonly manual?: boolean
  readonly log?: (line: string) => void
}

interface Buyer {
  readonly actor: { readonly type: 'guest'; readonly token: string }
  readonly cartId: string
  total: { amountMinor: number; currency: string } | undefined
  keys: number
  readonly places: {
    readonly key: string
    readonly method: string
    readonly capture: 'automatic' | 'manual'
    readonly total: { amountMinor: number; currency: string }
  }[]
}

/** Buyers, staff, worker and bank do as the seed says; then everything is left to settle. @returns what is wrong afterwards. */
export async function randomWalk(options: WalkOptions): Promise<string[]> {
  const walk = new Walk(options, await shakyShop(seededNumbers(options.seed * 7919)))
  await walk.run()
  await walk.settle()
  return [...walk.problems, ...(await walk.check())]
}

class Walk {
  readonly problems: string[] = []
  readonly #options: WalkOptions
  readonly #shop: ShakyShop
  readonly #next: () => number
  readonly #buyers: Buyer[] = []
  readonly #received = new Map<string, number>([
    ['MUG', 10],
    ['TEE-S', 5],
    ['FREE', 3],
  ])

  constructor(options: WalkOptions, shop: ShakyShop) {
    this.#options = options
    this.#shop = shop
    this.#next = seededNumbers(options.seed)
  }

  async run(): Promise<void> {
    const { steps = 40, faultRate = 0.15, crashRate = 0.01, blindRate = 0.1 } = this.#options
    for (let index = 0; index < 3; index += 1) await this.#newBuyer()
    Object.assign(this.#shop.faults, { rate: faultRate, crash: crashRate, blind: blindRate })
    for (let step = 0; step < steps; step += 1) {
      const together = 1 + Math.floor(this.#next() * 3)
      await Promise.all(Array.from({ length: together }, () => this.#try(this.#operation())))
    }
  }

  async settle(): Promise<void> {
    const { commerce, clock, faults, bank } = this.#shop
    Object.assign(faults, { rate: 0, crash: 0, blind: 0 })
    for (let round = 0; round < 14; round += 1) {
      for (const refund of bank.ledger.refunds()) if (refund.status === 'pending') bank.ledger.settleRefund(refund.providerRefundId)
      clock.advance(round < 8 ? 20 * minute : 26 * hour)
      await commerce.worker.runOnce()
    }
  }

  async check(): Promise<string[]> {
    const { commerce, bank, clock, jobErrors } = this.#shop
    const problems = jobErrors.filter((name) => forbidden.test(name)).map((name) => `job: ${name}`)
    const report = await commerce.audit({ providers: true, graceMs: 0 })
    for (const { id, violations, samples } of report.checks) if (violations > 0) problems.push(`${id}: ${JSON.stringify(samples)}`)
    const orders: OrderView[] = []
    let after: string | undefined
    do {
      const page = await commerce.orders.list({ actor: staff, limit: 100, ...(after === undefined ? {} : { after }) })
      orders.push(...page.items)
      after = page.next ?? undefined
    } while (after !== undefined)
    for (const { id, status, paymentStatus } of orders) {
      if (status === 'pending') problems.push(`order ${id} is still pending`)
      if (paymentStatus === 'review' || paymentStatus === 'pending') problems.push(`order ${id} is ${status}, its money ${paymentStatus}`)
    }
    const open = await commerce.storage.snapshot(clock.now(), (snapshot) => snapshot.payments.scan({ limit: 1_000 }))
    const theirs = (await bank.listPayments({ limit: 1_000, signal: AbortSignal.timeout(60_000) })).items
    for (const { id, status, nextCheckAt } of open) {
      // One that the bank never heard of is looked for about a day, then no more; an authorisation behind a sale is looked at daily, for it can end.
      if (status === 'authorised') continue
      const known = theirs.find(({ paymentId }) => paymentId === id)
      if (nextCheckAt !== null && known !== undefined) problems.push(`payment ${id} is ${status}, ${known.status} at the bank, and looked at for ever`)
      if (nextCheckAt === null && (status === 'created' || status === 'requires_action' || status === 'processing'))
        problems.push(`payment ${id} is ${status} and forgotten`)
    }
    const kept = theirs.reduce((sum, one) => sum + one.capturedMinor - one.refundedMinor + one.capturableMinor, 0)
    const owed = orders.filter(({ status }) => status === 'confirmed').reduce((sum, { totalMinor }) => sum + totalMinor, 0)
    if (kept !== owed) problems.push(`the bank holds ${kept}, confirmed orders come to ${owed}`)
    await this.#checkStock(orders, problems)
    if (problems.length > 0 && this.#options.log !== undefined) await this.#tell(orders)
    return problems
  }

  /** Writes every order's steps and payments, for shrinking by hand. */
  async #tell(orders: readonly OrderView[]): Promise<void> {
    const { commerce, clock } = this.#shop
    for (const { id } of orders) {
      const steps = await commerce.orders.history({ actor: staff, orderId: id })
      const payments = await commerce.storage.snapshot(clock.now(), async ({ payments: store }) =>
        Promise.all((await store.ofOrder({ orderId: id })).map(async (payment) => ({ payment, history: await store.history({ paymentId: payment.id }) }))),
      )
      this.#say(`order ${id}`)
      for (const step of steps)
        this.#say(`  ${step.at.toISOString()} ${step.change} ${step.status}/${step.paymentStatus} by ${step.actor.type} ${step.note ?? ''}`)
      for (const { payment, history } of payments) {
        this.#say(
          `  payment ${payment.id} ${payment.method} ${payment.capture} ${payment.authorisedMinor} ${payment.capturedMinor} checks ${payment.checks} next ${payment.nextCheckAt?.toISOString()}`,
        )
        for (const step of history) this.#say(`    ${step.at.toISOString()} ${step.status} by ${step.actor.type}`)
      }
    }
  }

  async #checkStock(orders: readonly OrderView[], problems: string[]): Promise<void> {
    for (const level of await this.#shop.commerce.inventory.levels({ skus: [...this.#received.keys()] })) {
      const lines = orders.filter(({ status }) => status === 'confirmed').flatMap((order) => order.lines.filter(({ sku }) => sku === level.sku))
      const shipped = lines.reduce((sum, line) => sum + line.fulfilledQuantity, 0)
      const received = this.#received.get(level.sku) ?? 0
      if (level.onHand + shipped !== received) problems.push(`${level.sku}: ${level.onHand} on hand and ${shipped} shipped of ${received}`)
      const promised = lines.reduce((sum, line) => sum + line.quantity, 0) - shipped
      if (level.reserved > promised) problems.push(`${level.sku}: ${level.reserved} reserved for ${promised}`)
    }
  }

  async #try(work: Promise<unknown>): Promise<void> {
    try {
      await work
    } catch (error) {
      const name = nameOf(error)
      this.#options.log?.(`   -> ${name}`)
      if (forbidden.test(name)) this.problems.push(`call: ${name} ${error instanceof Error ? error.stack?.split('\n').slice(1, 4).join('|') : ''}`)
    }
  }

  #pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#next() * from.length)] as T
  }

  #say(line: string): void {
    this.#options.log?.(`${this.#shop.clock.date().toISOString()} ${line}`)
  }

  async #operation(): Promise<unknown> {
    const operations: [number, () => Promise<unknown>][] = [
      [6, () => this.#place()],
      [2, () => this.#repeat()],
      [3, () => this.#resume()],
      [2, () => this.#cancel(false)],
      [1, () => this.#cancel(true)],
      [2, () => this.#capture()],
      [1, () => this.#fulfil()],
      [5, () => this.#work()],
      [4, () => this.#pass()],
      [2, () => this.#edit()],
      [1, () => this.#reprice()],
      [1, () => this.#restock()],
      [3, () => this.#bankMoves()],
      [1, () => this.#newBuyer()],
    ]
    let mark = this.#next() * operations.reduce((sum, [weight]) => sum + weight, 0)
    for (const [weight, operation] of operations) {
      mark -= weight
      if (mark < 0) return operation()
    }
    return undefined
  }

  async #newBuyer(): Promise<void> {
    const { commerce } = this.#shop
    const goods = [[this.#pick(skus), 1 + Math.floor(this.#next() * 3)] as const, [this.#pick(skus), 1] as const]
    const { cart, guestToken } = await commerce.carts.create({ currency: 'USD' })
    const buyer: Buyer = { actor: { type: 'guest', token: guestToken ?? '' }, cartId: cart.id, total: undefined, keys: 0, places: [] }
    for (const [sku, quantity] of goods) await commerce.carts.addLine({ actor: buyer.actor, cartId: buyer.cartId, sku, quantity })
    this.#buyers.push(buyer)
    await this.#quote(buyer)
  }

  async #quote(buyer: Buyer): Promise<void> {
    const { actor, cartId } = buyer
    const quote = await this.#shop.commerce.checkout.quote({ actor, cartId, shippingAddress: address, shippingMethod: 'standard' })
    buyer.total = quote.total
  }

  #payment() {
    return {
      provider: 'fake',
      method: this.#pick(this.#options.methods ?? walkMethods),
      capture: (this.#options.manual ?? true) && this.#next() < 0.35 ? ('manual' as const) : ('automatic' as const),
    }
  }

  async #place(): Promise<void> {
    const buyer = this.#pick(this.#buyers)
    const payment = this.#payment()
    if (this.#next() < 0.5) await this.#quote(buyer)
    if (buyer.total === undefined) return
    buyer.keys += 1
    const key = `place-${buyer.keys}`
    const total = buyer.total
    buyer.places.push({ key, method: payment.method, capture: payment.capture, total })
    const placed = await this.#shop.commerce.checkout.place({ actor: buyer.actor, cartId: buyer.cartId, expectedTotal: total, payment, idempotencyKey: key })
    this.#say(`place ${buyer.cartId} ${payment.method} ${payment.capture} -> ${placed.outcome}`)
  }

  async #repeat(): Promise<void> {
    const buyer = this.#pick(this.#buyers)
    if (buyer.places.length === 0) return
    const { key, method, capture, total } = this.#pick(buyer.places)
    this.#say(`repeat ${key} of ${buyer.cartId}`)
    const payment = { provider: 'fake', method, capture }
    await this.#shop.commerce.checkout.place({ actor: buyer.actor, cartId: buyer.cartId, expectedTotal: total, payment, idempotencyKey: key })
  }

  async #orderOf(buyer: Buyer): Promise<OrderView | undefined> {
    const { items } = await this.#shop.commerce.orders.list({ actor: buyer.actor })
    return items.length === 0 ? undefined : this.#pick(items)
  }

  async #resume(): Promise<void> {
    const buyer = this.#pick(this.#buyers)
    const order = await this.#orderOf(buyer)
    if (order === undefined) return
    buyer.keys += 1
    const payment = this.#next() < 0.6 ? { payment: this.#payment() } : {}
    this.#say(`resume ${order.id} ${JSON.stringify(payment)}`)
    await this.#shop.commerce.checkout.resume({ actor: buyer.actor, orderId: order.id, idempotencyKey: `resume-${buyer.keys}`, ...payment })
  }

  async #cancel(byStaff: boolean): Promise<void> {
    const buyer = this.#pick(this.#buyers)
    const order = await this.#orderOf(buyer)
    if (order === undefined) return
    this.#say(`cancel ${order.id} ${byStaff ? 'by staff' : ''}`)
    await this.#shop.commerce.checkout.cancel({ actor: byStaff ? staff : buyer.actor, orderId: order.id })
  }

  async #capture(): Promise<void> {
    const order = await this.#orderOf(this.#pick(this.#buyers))
    if (order === undefined) return
    this.#say(`capture ${order.id}`)
    await this.#shop.commerce.payments.capture({ actor: staff, orderId: order.id })
  }

  async #fulfil(): Promise<void> {
    const order = await this.#orderOf(this.#pick(this.#buyers))
    if (order === undefined) return
    this.#say(`fulfil ${order.id}`)
    await this.#shop.commerce.orders.fulfil({ actor: staff, orderId: order.id })
  }

  async #work(): Promise<void> {
    this.#say('worker')
    await this.#shop.commerce.worker.runOnce()
  }

  async #pass(): Promise<void> {
    const ms = this.#pick([1_000, 6_000, 31_000, 61_000, 5 * minute, 16 * minute, 31 * minute, 3 * hour, 25 * hour])
    this.#shop.clock.advance(ms)
    this.#say(`time passes: ${ms} ms`)
  }

  async #edit(): Promise<void> {
    const { actor, cartId } = this.#pick(this.#buyers)
    await this.#shop.commerce.carts.addLine({ actor, cartId, sku: this.#pick(skus), quantity: 1 })
  }

  async #reprice(): Promise<void> {
    const amountMinor = this.#pick([1000, 1250, 1500])
    await this.#shop.commerce.catalog.setPrice({ sku: 'MUG', price: { amountMinor, currency: 'USD' } })
  }

  async #restock(): Promise<void> {
    const sku = this.#pick(['MUG', 'TEE-S', 'FREE'])
    const by = this.#pick([-2, -1, 1, 2])
    const reason = by > 0 ? 'received' : 'damaged'
    this.#say(`adjust ${sku} ${by}`)
    const shortfall = this.#next() < 0.3 ? 'backorder' : 'refuse'
    const { delta } = await this.#shop.commerce.inventory.adjust({ sku, by, reason, shortfall })
    this.#received.set(sku, (this.#received.get(sku) ?? 0) + delta)
  }

  async #bankMoves(): Promise<void> {
    const { ledger } = this.#shop.bank
    const theirs = ledger.listPayments({ limit: 1_000 }).items.filter(({ status }) => status === 'requires_action' || status === 'processing')
    if (theirs.length === 0) return
    const { providerPaymentId: id, status, paymentId } = this.#pick(theirs)
    const well = this.#next() < 0.7
    this.#say(`bank: ${paymentId} ${status} ${well ? 'succeeds' : 'fails'}`)
    if (status === 'processing') ledger.settle(id, well ? 'succeeded' : 'failed')
    else if (well) ledger.completeAction(id)
    else ledger.abandonAction(id)
  }
}
