import { type Commerce, isCommerceError } from '@cartwright/core'
import type { SimulatedServer } from './simulated-server.ts'
import type { World } from './world.ts'

interface KeyedCallParts<T> {
  readonly what: string
  /** Sends the call, with its key. */
  readonly send: (commerce: Commerce) => Promise<T>
  /** What must be the same in every answer. */
  readonly identity: (answer: T) => string
  /** Whether that is the order's id, so that a refusal which names an order is bound by it too. @default false */
  readonly isOfOrder?: boolean
  /** Told of every answer. @param first - whether it is the first one. */
  readonly book: (answer: T, first: boolean) => void
}

/** A call with an idempotency key, as a careful client makes it: whenever it does not know what became of it, it sends the same again. */
export class KeyedCall<T = unknown> {
  readonly what: string
  /** False while the caller does not know what became of it. */
  settled = false
  readonly #parts: KeyedCallParts<T>
  #identity: string | undefined

  constructor(parts: KeyedCallParts<T>) {
    this.what = parts.what
    this.#parts = parts
  }

  async run(world: World, server: SimulatedServer): Promise<void> {
    const ended = await world.call(server, this.what, () => this.#parts.send(server.commerce))
    if (ended.outcome === 'answered') {
      const first = this.#identity === undefined
      this.#identify(world, this.#parts.identity(ended.value))
      this.#parts.book(ended.value, first)
      this.settled = true
    } else if (ended.outcome === 'refused') {
      if (this.#parts.isOfOrder && isCommerceError(ended.error, 'ORDER_CLOSED')) this.#identify(world, ended.error.details.orderId)
      this.settled = ended.settled
    }
  }

  #identify(world: World, identity: string): void {
    this.#identity ??= identity
    if (this.#identity !== identity) world.problems.push(`${this.what}: the same key was answered with ${this.#identity}, then with ${identity}`)
  }
}
