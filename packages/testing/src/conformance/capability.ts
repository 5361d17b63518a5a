import { it } from 'vitest'

/**
 * What an adapter cannot do, each with the reason in words for the test report. The tests that need it are skipped and reported with that reason, so nothing
 * is left out in silence.
 *
 * @default it can do everything
 * @example
 * lacks: { readsDuringWrites: 'one connection: a snapshot waits for the transaction' }
 */
export type Lacks<Capability extends string> = { readonly [Name in Capability]?: string }

/** Registers a test, unless the adapter lacks what it needs: then the test is reported as skipped, for the reason that the adapter gives. */
export function itUnless(lacking: string | undefined, title: string, test: () => Promise<void> | void): void {
  if (lacking?.trim() === '') throw new Error(`'${title}' cannot be left out without a reason`)
  it(title, async (context) => {
    if (lacking !== undefined) context.skip(lacking)
    await test()
  })
}
