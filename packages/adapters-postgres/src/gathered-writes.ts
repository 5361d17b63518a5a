import type { HoldingStream, PostgresClient } from './postgres-pool.ts'

/**
 * Sends at once what is sent on a client in the same turn: BEGIN with the first statement behind it, or several statements that need no answer of each other. Each
 * write is a call of the system that wakes a process of the server, and costs more than making the statement does.
 */
export class GatheredWrites {
  readonly #stream: HoldingStream | undefined
  #holding = false
  readonly #send = () => {
    this.#holding = false
    this.#stream?.uncork?.()
  }

  constructor(client: PostgresClient) {
    const { stream } = client.connection ?? {}
    this.#stream = stream?.cork !== undefined && stream.uncork !== undefined ? stream : undefined
  }

  /** Holds back what is written from here on, until nothing more can be done without waiting. */
  hold(): void {
    if (this.#stream === undefined || this.#holding) return
    this.#holding = true
    this.#stream.cork?.()
    process.nextTick(this.#send)
  }
}
