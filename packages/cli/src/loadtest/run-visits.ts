import type { Commerce } from '@cartwright/core'
import { sampleThinkTimeMs } from '../load-shapes/load-shapes.ts'
import { seededSource } from '../seed/seeded-source.ts'
import type { LoadClock } from './load-clock.ts'
import { closedLoad, openLoad } from './load-schedule.ts'
import { type LoadSpec, patienceMs, shareOf } from './load-spec.ts'
import { Recorder } from './recorder.ts'
import { SalesTally } from './sales.ts'
import { scenarios } from './scenarios/all-scenarios.ts'
import { VisitSteps } from './visit-steps.ts'
import type { WorkerProgress } from './worker-messages.ts'

/** Far more visits than a shop can work on at a time. */
const maxRunning = 2_000

/** The visits of one process. */
export class VisitRun {
  readonly sales = new SalesTally()
  readonly #commerce: Commerce
  readonly #spec: LoadSpec
  readonly #clock: LoadClock
  readonly #startMs: number
  readonly #recorder: Recorder
  readonly #stopping = new AbortController()
  #visits = 0

  /** The load begins now. */
  constructor(commerce: Commerce, spec: LoadSpec, clock: LoadClock) {
    this.#commerce = commerce
    this.#spec = spec
    this.#clock = clock
    this.#startMs = clock.nowMs()
    this.#recorder = new Recorder(this.#startMs)
  }

  /** Lets no further visit begin. */
  stop(): void {
    this.#stopping.abort()
  }

  /** What was counted since the last call. */
  take(): WorkerProgress {
    return { seconds: this.#recorder.take(), confirmedUnits: this.sales.count.confirmedUnits, visits: this.#visits }
  }

  /** Makes the load, to its end. */
  async make(): Promise<void> {
    const spec = this.#spec
    const { arrival, limits, shapes, thinkFactor } = spec
    const source = seededSource('cartwright loadtest', spec.seed, 'arrivals', spec.process)
    const common = {
      clock: this.#clock,
      startMs: this.#startMs,
      endMs: limits.durationMs === null ? null : this.#startMs + limits.durationMs,
      visits: limits.visits === null ? null : shareOf(limits.visits, spec),
      signal: this.#stopping.signal,
      random: source.unit,
      visit: this.#visit(),
    }
    if (arrival.type === 'rate') {
      const onUnstarted = (intendedMs: number): void => this.#notStarted(intendedMs)
      await openLoad({ ...common, perSecond: arrival.perSecond / spec.processes, maxRunning, patienceMs, onUnstarted })
    } else {
      await closedLoad({ ...common, clients: shareOf(arrival.clients, spec), pauseMs: () => thinkFactor * sampleThinkTimeMs(shapes, source.unit) })
    }
  }

  #notStarted(intendedMs: number): void {
    const nowMs = this.#clock.nowMs()
    this.#recorder.failed('visit', { code: 'NOT_STARTED', message: 'Its turn did not come within a minute of the end' }, nowMs - intendedMs, nowMs)
  }

  #visit(): (index: number, intendedMs: number) => Promise<void> {
    const { seed, process, limits, scenario: name } = this.#spec
    const scenario = scenarios[name]({ commerce: this.#commerce, spec: this.#spec, sales: this.sales })
    const operations = limits.operations === null ? Number.POSITIVE_INFINITY : shareOf(limits.operations, this.#spec)
    return async (index, intendedMs) => {
      const source = seededSource('cartwright loadtest', seed, name, process, index)
      const steps = new VisitSteps({ recorder: this.#recorder, clock: this.#clock, random: source.unit, intendedMs })
      try {
        await scenario({ index, source, steps })
      } catch (error) {
        // The next visitor comes all the same.
        steps.ended(error)
      }
      this.#visits += 1
      if (this.#recorder.answers >= operations) this.stop()
    }
  }
}
