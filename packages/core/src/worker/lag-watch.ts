import type { Context } from '../context.ts'
import { codeOf } from '../errors.ts'
import { isMetered, showLag } from '../runtime/telemetry.ts'
import { readLag } from './worker-lag.ts'

/** How old the figures that gauges show may become before they are read again, in ms. */
const everyMs = 15_000

/** Keeps the gauges of one running worker up to date while the host has registered a meter provider. */
export class LagWatch {
  readonly #context: Context
  readonly #reconcilerPauseMs: number
  #readAtMs = Number.NEGATIVE_INFINITY

  /** @param reconcilerPauseMs - how long the worker's job `reconciler` rests */
  constructor(context: Context, reconcilerPauseMs: number) {
    this.#context = context
    this.#reconcilerPauseMs = reconcilerPauseMs
  }

  /** After a round: reads the figures if they are old. Where they cannot be read the gauges show none; never rejects. */
  async look(): Promise<void> {
    const { timers, logger } = this.#context
    if (!isMetered() || timers.nowMs() - this.#readAtMs < everyMs) return
    this.#readAtMs = timers.nowMs()
    try {
      showLag(this, await readLag(this.#context, { reconcilerPauseMs: this.#reconcilerPauseMs }))
    } catch (error) {
      showLag(this, undefined)
      logger.warn({ code: codeOf(error), error }, 'how far the worker is behind could not be read')
    }
  }

  /** The worker has ended: its gauges show nothing more. */
  end(): void {
    showLag(this, undefined)
  }
}
