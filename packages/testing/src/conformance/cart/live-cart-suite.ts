import type { LiveCartStore } from '@cartwright/core/ports'
import { describe } from 'vitest'
import { openedForTest } from '../opened-for-test.ts'
import { cartBehaviour } from './cart-behaviour.ts'
import { copyingBehaviour } from './copying-behaviour.ts'
import { loanBehaviour } from './loan-behaviour.ts'
import { liveCarts } from './opened-carts.ts'

/** A live store for one test. */
export interface OpenedLiveCarts {
  /** Empty. */
  readonly store: LiveCartStore
  /** Opens the same store once more, as another process would; closed by `dispose`. */
  readonly another: () => Promise<LiveCartStore>
  /** Closes it and removes its carts. */
  readonly dispose: () => Promise<void>
}

export interface LiveCartSuiteOptions {
  /** The heading in the test report, e.g. `Redis Cluster`. */
  readonly name: string
  /** Called before every test. */
  readonly open: () => Promise<OpenedLiveCarts>
}

/**
 * Registers tests of the `LiveCartStore` contract: what the suite of stored carts asks of every store, loans, and that no change is forgotten before it was
 * copied.
 *
 * @example
 * liveCartSuite({ name: 'my store', open: async () => ({ store, another, dispose: () => store.close() }) })
 */
export function liveCartSuite(options: LiveCartSuiteOptions): void {
  describe(`${options.name}: live carts`, () => {
    const opened = openedForTest(options.open, ({ dispose }) => dispose())
    describe('reading, saving and freezing', () => {
      cartBehaviour(Object.assign(() => liveCarts(opened().store), { another: async () => liveCarts(await opened().another()) }))
    })
    loanBehaviour(opened)
    copyingBehaviour(opened)
  })
}
