import { join } from 'node:path'
import { createCommerce } from '@cartwright/core'
import type { Storage } from '@cartwright/core/ports'
import { startProcess } from '@cartwright/testing/crash'
import type { Seen, ViewerSetup } from './viewer-messages.ts'

export const priceBefore = 1_250
export const priceAfter = 990

/**
 * Changes a price in this process, which caches nothing, once the viewers have looked at it.
 *
 * @returns what each viewer saw from then on; first, at once
 */
export async function repricedElsewhere(storage: Storage, viewers: readonly Omit<ViewerSetup, 'handle'>[]): Promise<readonly (readonly Seen[])[]> {
  const commerce = await createCommerce({ storage, currency: 'USD', migrate: true })
  const prices = [{ currency: 'USD', amountMinor: priceBefore }]
  await commerce.catalog.upsertMany({ products: [{ handle: 'mug', title: 'Mug', variants: [{ sku: 'MUG', prices }] }] })
  const script = join(import.meta.dirname, 'viewer.ts')
  const execArgv = ['--conditions=cartwright-source', '--no-warnings']
  const started = viewers.map((viewer) => startProcess<readonly Seen[]>({ script, setup: { ...viewer, handle: 'mug' }, execArgv }))
  await Promise.all(started.map(({ ready }) => ready))
  await commerce.catalog.setPrice({ sku: 'MUG', price: { currency: 'USD', amountMinor: priceAfter } })
  for (const viewer of started) viewer.go()
  const ends = await Promise.all(started.map(({ end }) => end))
  await commerce.close()
  return ends.map((end) => {
    if (end === 'killed') throw new Error('a viewer was killed by something else')
    const [first, ...since] = end.result
    if (first?.amountMinor !== priceBefore) throw new Error(`a viewer saw ${first?.amountMinor} before anything was changed`)
    return since
  })
}

/** When each price was first seen, in ms. */
export function firstSeenMs(seen: readonly Seen[], amountMinor: number): number | undefined {
  return seen.find((look) => look.amountMinor === amountMinor)?.atMs
}
