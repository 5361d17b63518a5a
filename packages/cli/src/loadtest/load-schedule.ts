import type { UnitRandom } from '../load-shapes/load-shapes.ts'
import type { LoadClock } from './load-clock.ts'

interface LoadParams {
  readonly clock: LoadClock
  /** When the load began. */
  readonly startMs: number
  /** No visit is meant to begin from here on; null for no such moment. */
  readonly endMs: number | null
  /** Aborted when no further visit shall begin. */
  readonly signal: AbortSignal
  /** Makes one visit; never rejects. @param intendedMs - when it was to begin: latency counts from there. */
  readonly visit: (index: number, intendedMs: number) => Promise<void>
  /** How many visits to make at most; null for no limit. */
  readonly visits: number | null
  readonly random: UnitRandom
}

interface ClosedLoadParams extends LoadParams {
  readonly clients: number
  /** The pause before a client's next visit, in ms. */
  readonly pauseMs: () => number
}

interface OpenLoadParams extends LoadParams {
  readonly perSecond: number
  /** How many visits may run at a time. Further ones wait, and the wait counts as latency. */
  readonly maxRunning: number
  /** Visits that still have not begun so long after the end never will, in ms. */
  readonly patienceMs: number
  /** Hears of each of those. */
  readonly onUnstarted: (intendedMs: number) => void
}

/**
 * Lets so many clients visit, pause, and visit again until the load ends. The first pauses are cut at a random place, as if the clients had been there before,
 * so that they do not all begin at once.
 */
export async function closedLoad({ clock, startMs, endMs, signal, visit, visits, clients, pauseMs, random }: ClosedLoadParams): Promise<void> {
  let next = 0
  const isOver = (): boolean => signal.aborted || (visits !== null && next >= visits) || (endMs !== null && clock.nowMs() >= endMs)
  const client = async (): Promise<void> => {
    await clock.sleepUntil(cut(startMs + pauseMs() * random(), endMs), signal)
    while (!isOver()) {
      const index = next
      next += 1
      await visit(index, clock.nowMs())
      await clock.sleepUntil(cut(clock.nowMs() + pauseMs(), endMs), signal)
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
}

/**
 * Begins visits at the moments of a schedule that no answer can delay. A visit that the process or the limit of running visits holds up begins late, but
 * is measured from when it was to begin, so a shop that stalls is charged for everyone who would have come meanwhile (no coordinated omission).
 */
export async function openLoad({ clock, startMs, endMs, signal, visit, visits, ...params }: OpenLoadParams): Promise<void> {
  const room = new Room(params.maxRunning)
  let index = 0
  for (const offsetMs of arrivals(params.perSecond, params.random)) {
    const intendedMs = startMs + offsetMs
    if ((visits !== null && index >= visits) || (endMs !== null && intendedMs >= endMs)) break
    await clock.sleepUntil(intendedMs, signal)
    await room.enter()
    if (signal.aborted) {
      room.leave()
      break
    }
    if (endMs !== null && clock.nowMs() > endMs + params.patienceMs) {
      params.onUnstarted(intendedMs)
      room.leave()
    } else {
      void visit(index, intendedMs).then(() => room.leave())
    }
    index += 1
  }
  await room.empty()
}

/** Moments in ms from the start, without end: a Poisson process, which is what many independent buyers come to together. */
export function* arrivals(perSecond: number, random: UnitRandom): Generator<number, never> {
  let atMs = 0
  for (;;) {
    atMs += (-Math.log(1 - random()) / perSecond) * 1_000
    yield atMs
  }
}

function cut(atMs: number, endMs: number | null): number {
  return endMs === null ? atMs : Math.min(atMs, endMs)
}

/** Counts who is inside, and lets others wait for room. */
class Room {
  readonly #size: number
  #inside = 0
  #waiting: (() => void)[] = []

  constructor(size: number) {
    this.#size = size
  }

  async enter(): Promise<void> {
    while (this.#inside >= this.#size) await this.#change()
    this.#inside += 1
  }

  leave(): void {
    this.#inside -= 1
    const woken = this.#waiting
    this.#waiting = []
    for (const wake of woken) wake()
  }

  async empty(): Promise<void> {
    while (this.#inside > 0) await this.#change()
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}
