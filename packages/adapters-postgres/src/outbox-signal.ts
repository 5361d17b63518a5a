import { setTimeout as sleep } from 'node:timers/promises'
import type { OutboxSignal } from '@cartwright/storage-sql'
import type { PostgresClient } from './postgres-pool.ts'

const channel = 'cartwright_outbox'
/** All that is committed within so many ms is told in one notification: each costs a commit, and commits that notify wait for each other. */
const gatherMs = 25
const firstPauseMs = 500
const longestPauseMs = 30_000

/** The few members of a `pg` client that listening calls. */
export interface ListeningClient {
  query(query: { readonly text: string }): Promise<unknown>
  on(event: 'error' | 'end' | 'notification', listener: () => void): unknown
}

/** A connection that is kept for listening alone. */
export interface Listening {
  readonly client: ListeningClient
  close(): Promise<void>
}

interface SignalParts {
  /** A connection of the pool, for one notification. */
  connect(): Promise<PostgresClient>
  /** Undefined where nobody can listen, as behind pgbouncer. */
  readonly listen: (() => Promise<Listening>) | undefined
}

/** Tells other processes by NOTIFY that there are events, and hears of theirs by LISTEN. Only a hint: one that is lost costs the listener until its next look. */
export class PostgresOutboxSignal implements OutboxSignal {
  readonly #parts: SignalParts
  readonly #watches = new Set<{ close(): Promise<void> }>()
  #due: NodeJS.Timeout | undefined
  #sending: Promise<void> = Promise.resolve()

  constructor(parts: SignalParts) {
    this.#parts = parts
  }

  /** After a commit that added events. Nobody waits for it. */
  appended(): void {
    this.#due ??= setTimeout(() => this.#send(), gatherMs).unref()
  }

  watch(onChange: () => void): { close(): Promise<void> } {
    const { listen } = this.#parts
    if (listen === undefined) return { close: async () => undefined }
    const stop = new AbortController()
    const ended = listenUntil(stop.signal, listen, onChange)
    const watch = {
      close: async () => {
        stop.abort()
        this.#watches.delete(watch)
        await ended
      },
    }
    this.#watches.add(watch)
    return watch
  }

  async close(): Promise<void> {
    if (this.#due !== undefined) this.#send()
    await Promise.all([this.#sending, ...[...this.#watches].map((watch) => watch.close())])
  }

  #send(): void {
    clearTimeout(this.#due)
    this.#due = undefined
    this.#sending = this.#sending.then(() => this.#notify())
  }

  async #notify(): Promise<void> {
    const client = await this.#parts.connect().catch(() => undefined)
    if (client === undefined) return
    let broken = false
    // A connection that breaks while it is out of the pool says so to whoever has it, and ends the process when nobody listens.
    const onError = () => {
      broken = true
    }
    client.on('error', onError)
    await client.query({ text: `NOTIFY ${channel}` }).catch(onError)
    client.off('error', onError)
    client.release(broken)
  }
}

/** Listens on one connection after the other. Each time it has begun to, something may have come while nobody listened. */
async function listenUntil(stop: AbortSignal, listen: () => Promise<Listening>, onChange: () => void): Promise<void> {
  const stopped = new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }))
  for (let failures = 0; !stop.aborted; failures += 1) {
    let listening: Listening | undefined
    try {
      listening = await listen()
      const { client } = listening
      const lost = new Promise<void>((resolve) => {
        client.on('error', () => resolve())
        client.on('end', () => resolve())
      })
      client.on('notification', () => {
        if (!stop.aborted) onChange()
      })
      await client.query({ text: `LISTEN ${channel}` })
      failures = 0
      if (!stop.aborted) onChange()
      await Promise.race([lost, stopped])
    } catch {
      // Told by the next attempt, which comes later and later.
    } finally {
      await listening?.close().catch(() => undefined)
    }
    const pauseMs = Math.min(firstPauseMs * 2 ** failures, longestPauseMs)
    await sleep(Math.random() * pauseMs, undefined, { signal: stop }).catch(() => undefined)
  }
}
