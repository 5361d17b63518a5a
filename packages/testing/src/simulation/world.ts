import { isCommerceError } from '@cartwright/core'
import type { Storage } from '@cartwright/core/ports'
import { FakePaymentLedger } from '../fake-payments/fake-payment-ledger.ts'
import { type FakePayments, fakePayments } from '../fake-payments/fake-payments.ts'
import { type ChangingCall, type FaultyPaymentProvider, faultyPaymentProvider, type LookUpCall, type ProviderFault } from '../faults/faulty-payment-provider.ts'
import type { ServiceFault } from '../faults/faulty-service.ts'
import type { StorageFault } from '../faults/faulty-storage.ts'
import { manualClock, seededIds } from '../manual-clock.ts'
import type { SeededRandom } from '../seeded-random.ts'
import { type Mortal, Scheduler } from './scheduler.ts'
import { streamOf } from './seed-streams.ts'
import type { ShopPlan } from './shop-plan.ts'
import { nameOf, SimulatedServer } from './simulated-server.ts'
import { Tally } from './tally.ts'

/** How likely each fault is at each place where it can strike. */
export interface FaultRates {
  readonly transaction: Readonly<Partial<Record<StorageFault, number>>>
  readonly snapshot: Readonly<Partial<Record<StorageFault, number>>>
  readonly change: Readonly<Partial<Record<ProviderFault, number>>>
  readonly lookUp: Readonly<Partial<Record<ProviderFault, number>>>
  /** When tax, shipping rates or the search index are asked. @default they answer at once */
  readonly service?: Readonly<Partial<Record<ServiceFault, number>>>
  /** At every turn of a process. */
  readonly crash: Readonly<{ dies?: number }>
  readonly handler: Readonly<{ fails?: number; fails_after?: number }>
}

/** What a call came to. */
export type Ended<T> =
  | { readonly outcome: 'answered'; readonly value: T }
  /** `settled` is false when the same call may still come to something, or already has. */
  | { readonly outcome: 'refused'; readonly code: string; readonly settled: boolean; readonly error: unknown }
  | { readonly outcome: 'died' }

/** What no call and no job may ever end with. */
const forbidden = /^(ILLEGAL_TRANSITION|CONSTRAINT_VIOLATION|NESTED_TRANSACTION|TRANSACTION_CLOSED|UNEXPECTED)/

interface WorldParts {
  readonly seed: number
  readonly storage: Storage
  readonly rates: FaultRates
  /** Names of steps and faults that are left out. */
  readonly without: ReadonlySet<string>
}

/** Everything outside the processes of a simulated shop: database, bank, time, chance, and the order in which things happen. */
export class World {
  readonly seed: number
  readonly storage: Storage
  readonly rates: FaultRates
  readonly scheduler = new Scheduler()
  readonly clock = manualClock(new Date('2026-03-01T12:00:00Z'))
  readonly random: SeededRandom
  readonly ids
  readonly bank: FakePayments
  /** The way to the bank, shared by all processes: what is on it outlives the sender. */
  readonly line: FaultyPaymentProvider
  readonly tally = new Tally()
  readonly servers: SimulatedServer[] = []
  readonly trace: string[] = []
  readonly problems: string[] = []
  /** Names of the faults that have struck. */
  readonly struck: string[] = []
  /** What timers show. */
  elapsedMs = 0
  /** While true, nothing goes wrong. */
  calm = true
  /** Processes that have died. */
  crashes = 0
  readonly #without: ReadonlySet<string>
  #step = 0
  #faultsInStep = 0
  #order: SeededRandom
  #luck: SeededRandom
  #underWay = 0
  #starts = 0

  constructor({ seed, storage, rates, without }: WorldParts) {
    this.seed = seed
    this.storage = storage
    this.rates = rates
    this.#without = without
    this.random = streamOf(seed, 1)
    this.ids = seededIds(this.random, this.clock)
    this.#order = streamOf(seed, 2, 0)
    this.#luck = streamOf(seed, 3, 0)
    this.bank = fakePayments({ ledger: new FakePaymentLedger({ now: this.clock.date, random: streamOf(seed, 4) }) })
    this.line = faultyPaymentProvider(this.bank, {
      next: (call) => this.#lineFault(call),
    })
  }

  async open(plan: ShopPlan): Promise<void> {
    for (let index = 0; index < plan.servers; index += 1) this.servers.push(await this.#start(plan, index))
  }

  /** Starts a new process for each that has died. */
  async restartTheDead(plan: ShopPlan): Promise<void> {
    for (const [index, server] of this.servers.entries()) if (!server.alive) this.servers[index] = await this.#start(plan, index)
  }

  #start(plan: ShopPlan, index: number): Promise<SimulatedServer> {
    this.#starts += 1
    return SimulatedServer.start(this, `server ${'AB'[index]}${this.#starts}`, plan)
  }

  /** Begins a step: its chance and order are its own, so that leaving out another step changes little about it. */
  beginStep(step: number): void {
    this.#step = step
    this.#faultsInStep = 0
    this.#order = streamOf(this.seed, 2, step)
    this.#luck = streamOf(this.seed, 3, step)
  }

  say(line: string): void {
    this.trace.push(line)
  }

  /** Decides whether something goes wrong here and now. */
  strike<Fault extends string>(where: Mortal | undefined, what: string, rates: Readonly<Partial<Record<Fault, number>>>): Fault | undefined {
    if (this.calm) return undefined
    let mark = this.#luck.integer(0, 999_999) / 1_000_000
    for (const fault in rates) {
      mark -= rates[fault] ?? 0
      if (mark >= 0) continue
      this.#faultsInStep += 1
      const name = `f${this.#step}.${this.#faultsInStep}`
      if (this.#without.has(name)) return undefined
      this.struck.push(name)
      this.say(`    ${name}: ${fault} at ${what}${where === undefined ? '' : ` of ${where.name}`}`)
      return fault
    }
    return undefined
  }

  storageFault(server: Mortal, call: 'transaction' | 'snapshot'): StorageFault | undefined {
    return this.strike(server, call, this.rates[call])
  }

  /** A void that arrives late ends an authorisation that was booked meanwhile: for that the shop has staff, whom nobody plays here. */
  #lineFault(call: ChangingCall | LookUpCall): ProviderFault | undefined {
    const changes = call === 'start' || call === 'capture' || call === 'void' || call === 'refund'
    const fault = this.strike<ProviderFault>(undefined, call, changes ? this.rates.change : this.rates.lookUp)
    return call === 'void' && fault === 'late' ? 'request_lost' : fault
  }

  noteJobError(name: string): void {
    if (forbidden.test(name)) this.problems.push(`a job failed with ${name}`)
  }

  /** Starts something that goes on beside everything else. */
  launch(work: () => Promise<void>): void {
    this.#underWay += 1
    work().then(
      () => {
        this.#underWay -= 1
      },
      (error: unknown) => {
        this.#underWay -= 1
        this.problems.push(`the simulation itself failed: ${error instanceof Error ? error.stack : String(error)}`)
      },
    )
  }

  /** Puts one call to a server. @param allowed - codes that are an answer here, though they never should be elsewhere. */
  async call<T>(server: SimulatedServer, what: string, work: () => Promise<T>, allowed?: RegExp): Promise<Ended<T>> {
    try {
      const value = await server.outlive(work)
      if (value === 'died') return { outcome: 'died' }
      return { outcome: 'answered', value }
    } catch (error) {
      const code = nameOf(error)
      this.say(`  ${what}: ${code}`)
      if (forbidden.test(code) && !allowed?.test(code)) this.problems.push(`${what} failed with ${code}`)
      return { outcome: 'refused', code, settled: isCommerceError(error) && !error.retryable, error }
    }
  }

  /** Gives turns: all that are wanted, or a few. */
  async turns(limit?: number): Promise<void> {
    const ended = await this.scheduler.run(this.#order, {
      ...(limit === undefined ? {} : { limit }),
      isIdle: () => this.#underWay === 0,
      before: (owner, label) => this.#maybeDies(owner, label),
    })
    if (ended === 'stuck') throw new Error('nothing moves any more, though calls are under way')
  }

  #maybeDies(owner: Mortal, label: string): boolean {
    if (!(owner instanceof SimulatedServer) || this.strike(owner, label, this.rates.crash) === undefined) return true
    this.crashes += 1
    owner.kill()
    return false
  }
}
