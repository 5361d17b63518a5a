import { seededRandom } from '../../seeded-random.ts'
import { type FakeStripeFaults, type RequestFault, requestFaults, type Span } from './fake-stripe-faults.ts'

/** What befalls one request. */
export interface RequestFate {
  readonly fault: RequestFault | null
  readonly latencyMs: number
}

/** What befalls one event on its way to one endpoint. */
export interface DeliveryFate {
  readonly dropped: boolean
  readonly duplicated: boolean
  readonly overtaken: boolean
  readonly beforeAnswer: boolean
  readonly delayMs: number
}

/** Which requests a scripted fault is for, e.g. `{ route: 'POST /v1/payment_intents' }`; all without. */
export interface FaultMatch {
  /** Method and path as in Stripe's description. */
  readonly route?: string
  /** How many requests in a row. @default 1 */
  readonly times?: number
}

interface Scripted {
  readonly fault: RequestFault
  readonly route: string | undefined
  left: number
}

/**
 * Decides what goes wrong. The n-th request of a route, and the n-th event of a type, draws from a stream of its own, made of the seed, the name and n:
 * so the same calls meet the same faults, in whatever order the requests of different routes come.
 */
export class FaultSource {
  readonly #seed: number
  readonly #counts = new Map<string, number>()
  readonly #scripted: Scripted[] = []
  #faults: FakeStripeFaults

  constructor(seed: number, faults: FakeStripeFaults) {
    this.#seed = seed
    this.#faults = faults
  }

  /** Nothing goes wrong from now on. */
  calm(): void {
    this.#faults = {}
    this.#scripted.length = 0
  }

  /** The next request, or the next ones, meet this fault, before any that chance has for them. */
  failNext(fault: RequestFault, { route, times = 1 }: FaultMatch = {}): void {
    this.#scripted.push({ fault, route, left: times })
  }

  ofRequest(route: string): RequestFate {
    const chance = this.#chance(`request ${route}`)
    const { latency, requests = {} } = this.#faults
    const latencyMs = latency === undefined ? 0 : chance.happens(latency.probability) ? chance.within(latency.ms) : 0
    const drawn = requestFaults.filter((fault) => chance.happens(requests[fault] ?? 0))
    const scripted = this.#scripted.find((candidate) => candidate.left > 0 && (candidate.route === undefined || candidate.route === route))
    if (scripted !== undefined) scripted.left -= 1
    return { fault: scripted?.fault ?? drawn[0] ?? null, latencyMs }
  }

  /** Whether a change is told by two events. */
  twin(type: string): boolean {
    return this.#chance(`twin ${type}`).happens(this.#faults.webhooks?.twin ?? 0)
  }

  ofDelivery(type: string, endpoint: number): DeliveryFate {
    const chance = this.#chance(`delivery ${endpoint} ${type}`)
    const { drop = 0, duplicate = 0, reorder = 0, beforeAnswer = 0, delay } = this.#faults.webhooks ?? {}
    return {
      dropped: chance.happens(drop),
      duplicated: chance.happens(duplicate),
      overtaken: chance.happens(reorder),
      beforeAnswer: chance.happens(beforeAnswer),
      delayMs: delay !== undefined && chance.happens(delay.probability) ? chance.within(delay.ms) : 0,
    }
  }

  #chance(name: string): Chance {
    const count = (this.#counts.get(name) ?? 0) + 1
    this.#counts.set(name, count)
    return new Chance(hashed(`${this.#seed} ${name} ${count}`))
  }
}

const millionths = 1_000_000

class Chance {
  readonly #random: ReturnType<typeof seededRandom>

  constructor(seed: number) {
    this.#random = seededRandom(seed)
  }

  happens(probability: number): boolean {
    return this.#random.integer(1, millionths) <= probability * millionths
  }

  within({ min, max }: Span): number {
    return this.#random.integer(min, max)
  }
}

/** FNV-1a, 32 bits. */
function hashed(text: string): number {
  let hash = 0x811c9dc5
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return hash >>> 0
}
