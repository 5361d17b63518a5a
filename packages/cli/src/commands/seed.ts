import { defaultLoadShapes, readLoadShapes } from '../load-shapes/load-shapes.ts'
import { type ShopOptions, withCommerce } from '../open-shop.ts'
import { runSeed, type SeedCount, type SeedOutcome } from '../seed/run-seed.ts'
import { type SeedParameters, SeedPlan } from '../seed/seed-plan.ts'
import type { Output } from '../terminal/output.ts'
import { type Progress, progressBar } from '../terminal/progress-bar.ts'
import { stopSignal } from '../terminal/stop-signal.ts'
import { count, counted, moment } from '../terminal/words.ts'

interface SeedOptions extends ShopOptions {
  readonly products: number
  readonly customers: number
  readonly orders: number
  readonly seed: number
  readonly until?: Date
  readonly shapes?: string
}

/** Fills an empty database with a made-up shop that the parameters decide byte for byte, or goes on where an earlier run stopped. Fails when it is interrupted. */
export async function seed(output: Output, options: SeedOptions): Promise<number> {
  const startedMs = performance.now()
  const { products, customers, orders, until = defaultUntil(options.seed) } = options
  const shapes = options.shapes === undefined ? defaultLoadShapes : await readLoadShapes(options.shapes)
  const outcome = await withCommerce(options, { create: true }, async (commerce, { currency }) => {
    const plan = new SeedPlan({ products, customers, orders, seed: options.seed, until, currency, shapes })
    // The batch under way, about a second's work, is finished first.
    const interrupt = stopSignal()
    const shown = showProgress(output, plan.parameters)
    try {
      return await runSeed({ commerce, plan, onProgress: shown.update, isStopped: () => interrupt.signal.aborted })
    } finally {
      shown.stop()
      interrupt.forget()
    }
  })
  const { progress, made, resumed, finished } = outcome
  const elapsedMs = Math.round(performance.now() - startedMs)
  const { variants, digest } = progress
  const result = { products: made.products, variants, customers, orders: made.orders, seed: options.seed, digest, elapsedMs, resumed, finished }
  output.result(result, () => inWords(outcome, { customers, until, elapsedMs }, output))
  return finished ? 0 : 1
}

/** A day of January 2026: what a seed makes must not hang on the day on which it is made. */
function defaultUntil(seed: number): Date {
  return new Date(Date.UTC(2026, 0, 1 + (seed % 31)))
}

/** The rate is that of the present phase: an order is far more work than a product. */
function showProgress({ streams }: Output, { products, orders }: SeedParameters): { readonly update: (made: SeedCount) => void; readonly stop: () => void } {
  let bar: Progress | undefined
  let phase = { noun: 'product', atMs: performance.now(), done: 0 }
  return {
    update: (made) => {
      bar ??= progressBar(streams.stderr, 'Seeding', products + orders)
      const noun = made.orders > 0 ? 'order' : 'product'
      const done = made.orders > 0 ? made.orders : made.products
      // The first figure of a phase is where it begins to count, which after an earlier run is not nothing.
      if (noun !== phase.noun) phase = { noun, atMs: performance.now(), done }
      const seconds = (performance.now() - phase.atMs) / 1000
      const rate = seconds > 0 ? `, ${count(Math.round((done - phase.done) / seconds))}/s` : ''
      bar.update(made.products + made.orders, `${counted(done, noun)}${rate}`)
    },
    stop: () => bar?.stop(),
  }
}

interface Circumstances {
  readonly customers: number
  readonly until: Date
  readonly elapsedMs: number
}

function inWords({ progress, made, resumed, finished }: SeedOutcome, { customers, until, elapsedMs }: Circumstances, { paint }: Output): string {
  const next = (words: string): string => `${paint('cyan', 'next ')} ${words}`
  const what = `${paint('bold', counted(made.products, 'product'))} with ${counted(progress.variants, 'variant')}, ${paint('bold', counted(made.orders, 'order'))} of ${counted(customers, 'customer')}`
  if (!finished) return [`Interrupted. There are ${what} so far.`, next('The same command goes on from here.')].join('\n')
  const took = `in ${(elapsedMs / 1000).toFixed(1)} s${resumed ? '; an earlier run had begun it' : ''}`
  return [
    `Seeded ${what} ${took}`,
    `Its time is ${moment(until)}. Digest:`,
    progress.digest,
    next('Look at the orders: cartwright orders list. Check them: cartwright audit'),
  ].join('\n')
}
