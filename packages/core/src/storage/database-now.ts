import type { Context } from '../context.ts'

/** The time by which the shop goes, outside of a transaction: the primary's, or the one that a test has set. */
export function databaseNow({ storage, clock }: Pick<Context, 'storage' | 'clock'>): Promise<Date> {
  return storage.snapshot(clock.now(), async ({ now }) => now, { fresh: true })
}
