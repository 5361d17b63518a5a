import { type Commerce, type CommerceOptions, createCommerce, isCommerceError, type Logger, miniSearchIndex, type Timers } from '@cartwright/core'
import type { DomainEvent, PaymentProvider, Storage, StorageSnapshot, StorageTransaction } from '@cartwright/core/ports'
import { faultySearchIndex } from '../faults/faulty-search-index.ts'
import type { ServiceFault } from '../faults/faulty-service.ts'
import { faultyShippingRates } from '../faults/faulty-shipping-rates.ts'
import { faultyStorage } from '../faults/faulty-storage.ts'
import { faultyTaxCalculator } from '../faults/faulty-tax-calculator.ts'
import type { Mortal } from './scheduler.ts'
import type { ShopPlan } from './shop-plan.ts'
import type { World } from './world.ts'

/** The process that ran this is dead. */
class Died extends Error {}

const never = new Promise<never>(() => {})

/**
 * One process of a simulated shop. Everything it does outside itself waits for its turn; once it is killed, none of that ever goes on, its transactions are rolled back, and its
 * database connection is as gone as that of a killed process.
 */
export class SimulatedServer implements Mortal {
  readonly name: string
  alive = true
  commerce!: Commerce
  readonly #world: World
  readonly #onDeath = new Set<(cause: Died) => void>()

  private constructor(world: World, name: string) {
    this.#world = world
    this.name = name
  }

  static async start(world: World, name: string, plan: ShopPlan): Promise<SimulatedServer> {
    const server = new SimulatedServer(world, name)
    server.commerce = await createCommerce({
      ...plan.options,
      ...server.#services(plan.options, world.rates.service),
      storage: faultyStorage(server.#storage(world.storage), { next: (call) => world.storageFault(server, call) }),
      currency: plan.currency,
      payments: [server.#provider(world.line)],
      clock: world.clock,
      ids: world.ids,
      random: world.random,
      timers: server.#timers(),
      logger: server.#logger(),
      probe: (step) => server.#turn(step),
    })
    server.commerce.events.subscribe({ name: 'tally', handle: (event) => server.#hear(event) })
    return server
  }

  /** Ends the process where it stands. */
  kill(): void {
    this.alive = false
    this.#world.scheduler.forget(this)
    for (const reject of this.#onDeath) reject(new Died(this.name))
    this.#onDeath.clear()
  }

  /** What became of work of this process: `died` when it did not live to see the end. */
  async outlive<T>(work: () => Promise<T>): Promise<T | 'died'> {
    try {
      return await this.#mortally(work)
    } catch (error) {
      if (error instanceof Died) return 'died'
      throw error
    }
  }

  #turn(label: string): Promise<void> {
    return this.#world.scheduler.turn(this, label)
  }

  /** Runs work that is cut off, by a rejection, when the process is killed. */
  #mortally<T>(work: () => Promise<T>): Promise<T> {
    if (!this.alive) return Promise.reject(new Died(this.name))
    return new Promise((resolve, reject) => {
      this.#onDeath.add(reject)
      work()
        .then(resolve, reject)
        .finally(() => this.#onDeath.delete(reject))
    })
  }

  #storage(inner: Storage): Storage {
    const through = async <T>(run: () => Promise<T>, what: string): Promise<T> => {
      await this.#turn(what)
      try {
        const result = await run()
        await this.#turn(`${what} done`)
        return result
      } catch (error) {
        if (!this.alive) return never
        throw error
      }
    }
    return {
      name: inner.name,
      migratesOnStart: false,
      migrations: { ...inner.migrations, status: async () => [] },
      transaction: (now, work) => through(() => inner.transaction(now, (tx: StorageTransaction) => this.#mortally(() => work(tx))), 'transaction'),
      snapshot: (now, work, options) =>
        through(() => inner.snapshot(now, (snapshot: StorageSnapshot) => this.#mortally(() => work(snapshot)), options), 'snapshot'),
      refuseNested: () => inner.refuseNested(),
      diagnose: () => inner.diagnose(),
      close: async () => {},
    }
  }

  #provider(bank: PaymentProvider): PaymentProvider {
    const slowly =
      <Params, T>(name: string, call: (params: Params) => Promise<T>) =>
      async (params: Params): Promise<T> => {
        await this.#turn(name)
        const answer = await call(params)
        await this.#turn(`${name} answered`)
        return answer
      }
    return {
      ...bank,
      start: slowly('start', bank.start),
      capture: slowly('capture', bank.capture),
      void: slowly('void', bank.void),
      refund: slowly('refund', bank.refund),
      getPayment: slowly('getPayment', bank.getPayment),
      findByOurId: slowly('findByOurId', bank.findByOurId),
      getRefund: slowly('getRefund', bank.getRefund),
      findRefunds: slowly('findRefunds', bank.findRefunds),
      getDispute: slowly('getDispute', bank.getDispute),
      findDisputes: slowly('findDisputes', bank.findDisputes),
      listPayments: slowly('listPayments', bank.listPayments),
      listEvents: slowly('listEvents', bank.listEvents),
    }
  }

  /** Tax, shipping and search behind a bad line: what is far away is waited for, an index in the process is not. */
  #services({ tax, shipping }: ShopPlan['options'], rates: World['rates']['service']): Pick<CommerceOptions, 'tax' | 'shipping' | 'search'> {
    if (rates === undefined) return {}
    const plan = { next: (call: string) => this.#world.strike<ServiceFault>(this, call, rates) }
    const slowly = async <T>(name: string, ask: () => Promise<T>): Promise<T> => {
      await this.#turn(name)
      const answer = await ask()
      await this.#turn(`${name} answered`)
      return answer
    }
    const taxes = tax && faultyTaxCalculator(tax, plan)
    const rated = shipping && faultyShippingRates(shipping, plan)
    return {
      search: faultySearchIndex(miniSearchIndex(), plan),
      ...(taxes === undefined ? {} : { tax: { calculate: (request) => slowly('tax', () => taxes.calculate(request)) } }),
      ...(rated === undefined ? {} : { shipping: { ...rated, rates: (request) => slowly('rates', () => rated.rates(request)) } }),
    }
  }

  #timers(): Timers {
    return {
      nowMs: () => this.#world.elapsedMs,
      sleep: async (ms) => {
        await this.#turn('sleep')
        this.#world.elapsedMs += ms
      },
    }
  }

  #logger(): Logger {
    const note = (fields: object) => {
      const { error } = fields as { readonly error?: unknown }
      if (error !== undefined) this.#world.noteJobError(nameOf(error))
    }
    return { debug() {}, info() {}, warn: note, error: note }
  }

  async #hear(event: DomainEvent): Promise<void> {
    await this.#turn('event')
    const fault = this.#world.strike(this, 'event', this.#world.rates.handler)
    if (fault === 'fails') throw new Error('injected fault: the consumer failed')
    this.#world.tally.hear(event)
    if (fault === 'fails_after') throw new Error('injected fault: the consumer failed after its work')
  }
}

/** A short name of an error: a code of the library's, or `UNEXPECTED` for one that is not. */
export function nameOf(error: unknown): string {
  if (isCommerceError(error)) return error.code
  const text = error instanceof Error ? error.message : String(error)
  return text.startsWith('injected fault') ? 'INJECTED' : `UNEXPECTED ${text}`
}
