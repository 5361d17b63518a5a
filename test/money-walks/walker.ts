import { type Commerce, createCommerce, flatShipping, isCommerceError, type OrderView } from '@cartwright/core'
import type { Payment, PaymentProvider, ProviderPayment, Storage } from '@cartwright/core/ports'
import { FakePaymentLedger, type FakePayments, fakePayments, type ManualClock, manualClock, seededRandom } from '@cartwright/testing'
import type { Plant } from '../planted/plant.ts'
import { planted } from '../planted/plant.ts'
import type { Happening, Request, Step, Walk } from './walk.ts'

export const staff = { type: 'admin', id: 'ops' } as const
export const buyer = { type: 'customer', customerId: 'ada' } as const

/** Units in stock at the start, by SKU. */
export const supply = { MUG: 12, TEE: 6 } as const

const prices = { MUG: 1250, TEE: 2000 } as const

/** What the bank is asked that a walk can disturb. Its lists are read in peace. */
const disturbed: ReadonlySet<string> = new Set([
  'start',
  'capture',
  'void',
  'refund',
  'getPayment',
  'findByOurId',
  'getRefund',
  'findRefunds',
  'getDispute',
  'findDisputes',
])

/** The process died. */
class Died extends Error {}

/** An order that somebody has set out to place: repeating it is the same call with the same key. */
export interface Placing {
  readonly again: () => Promise<unknown>
}

/** What there is to do, by name. @returns what was done, in words; undefined when there was nothing to do it to */
type Steps = Readonly<Record<Happening['does'], (walker: Walker, which: number, how: number) => Promise<string | undefined>>>

interface WalkerParts {
  readonly commerce: Commerce
  readonly bank: FakePayments
  readonly clock: ManualClock
  readonly requests: RequestQueue
  readonly steps: Steps
}

/** One shop of a walk, with its bank and its clock, and what has happened to it so far. */
export class Walker {
  readonly walk: Walk
  readonly commerce: Commerce
  readonly bank: FakePayments
  readonly clock: ManualClock
  /** What happened, in words. */
  readonly trace: string[] = []
  /** What must never happen. */
  readonly problems: string[] = []
  readonly placings: Placing[] = []
  /** Ids of the bank's events that the shop has been sent. */
  readonly heard = new Set<string>()
  /** Ids of payments that were called off at the bank, without the shop. */
  readonly endedElsewhere = new Set<string>()
  keys = 0
  readonly #requests: RequestQueue
  readonly #steps: Steps

  private constructor(walk: Walk, parts: WalkerParts) {
    this.walk = walk
    this.commerce = parts.commerce
    this.bank = parts.bank
    this.clock = parts.clock
    this.#steps = parts.steps
    this.#requests = parts.requests
    this.#requests.happen = async (happenings) => {
      for (const happening of happenings) await this.#happen(happening, '  ')
    }
  }

  /** Opens a shop with goods in stock. @param plant - a fault of the storage, the bank or the shop that the walk should find */
  static async open(walk: Walk, steps: Steps, storage: Storage, plant?: Plant): Promise<Walker> {
    const clock = manualClock(new Date('2026-03-01T12:00:00Z'))
    const random = seededRandom(walk.seed)
    const bank = fakePayments({ ledger: new FakePaymentLedger({ now: clock.date, random }) })
    const requests = new RequestQueue()
    const parts = planted(plant, { storage, provider: requests.around(bank) })
    const commerce = parts.commerce(
      await createCommerce({
        storage: parts.storage,
        currency: 'USD',
        payments: [parts.provider],
        clock,
        random,
        shipping: flatShipping([{ method: 'standard', label: 'Standard', amountMinor: 500 }]),
        probe: async () => requests.probe(),
      }),
    )
    const { rejected } = await commerce.catalog.upsertMany({
      products: Object.entries(supply).map(([sku, quantity]) => ({
        handle: sku.toLowerCase(),
        title: sku,
        variants: [{ sku, prices: [{ currency: 'USD', amountMinor: prices[sku as keyof typeof prices] }], stock: [{ quantity }] }],
      })),
    })
    if (rejected.length > 0) throw new Error(`the goods were refused: ${JSON.stringify(rejected)}`)
    return new Walker(walk, { commerce, bank, clock, requests, steps })
  }

  async take(step: Step): Promise<void> {
    this.#requests.queue = [...step.requests]
    await this.#happen(step, '')
    this.#requests.queue = []
  }

  async #happen({ does, which, how }: Happening, indent: string): Promise<void> {
    const place = this.trace.push('') - 1
    const tell = (what: string) => {
      this.trace[place] = `${indent}${does}: ${what}`
    }
    try {
      tell((await this.#steps[does](this, which, how)) ?? 'nothing to do')
    } catch (error) {
      if (error instanceof Died) tell('the process died')
      else if (isCommerceError(error) && error.code !== 'CONSTRAINT_VIOLATION') tell(error.code)
      else {
        tell(String(error))
        this.problems.push(`${does} failed with ${String(error)}`)
      }
    }
    if (this.trace[place]?.endsWith('nothing to do')) this.trace.splice(place, 1)
  }

  note(words: string): void {
    this.trace.push(words)
  }

  nextKey(): string {
    this.keys += 1
    return `key-${this.keys}`
  }

  /** Oldest first. */
  async orders(): Promise<readonly OrderView[]> {
    const { items } = await this.commerce.orders.list({ actor: staff, limit: 100 })
    return items.toReversed()
  }

  /** Every payment of the shop, as it is stored. */
  payments(): Promise<readonly Payment[]> {
    return this.commerce.storage.snapshot(this.clock.now(), (snapshot) => snapshot.payments.scan({ limit: 1_000 }), { fresh: true })
  }

  /** Every payment at the bank. */
  theirs(): readonly ProviderPayment[] {
    return this.bank.ledger.listPayments({ limit: 10_000 }).items
  }
}

/** What befalls the next requests of the shop to its bank. */
class RequestQueue {
  queue: Request[] = []
  happen: (happenings: readonly Happening[]) => Promise<void> = async () => {}
  #dying = false

  /** The bank, seen through what befalls the requests to it. */
  around(bank: PaymentProvider): PaymentProvider {
    return new Proxy(bank, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name)
        if (typeof member !== 'function' || !disturbed.has(String(name))) return member
        return (params: unknown) => this.#ask(() => member.call(target, params))
      },
    })
  }

  async #ask<T>(ask: () => Promise<T>): Promise<T> {
    const request = this.queue.shift()
    if (request === undefined) return ask()
    await this.#meanwhile(request.before)
    if (request.ends === 'lost') throw new Error('the request was lost')
    const answer = await ask()
    await this.#meanwhile(request.after)
    if (request.ends === 'unheard') throw new Error('the answer was lost')
    if (request.ends === 'dies') this.#dying = true
    return answer
  }

  /** What happens meanwhile makes requests of its own, which go well. */
  async #meanwhile(happenings: readonly Happening[]): Promise<void> {
    const { queue } = this
    this.queue = []
    await this.happen(happenings)
    this.queue = queue
  }

  /** A step of the shop's work, at which the process dies if it has to. */
  probe(): void {
    if (!this.#dying) return
    this.#dying = false
    throw new Died('the process died')
  }
}
