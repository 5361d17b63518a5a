import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { type Clock, type Commerce, createCommerce, type StepProbe } from '@cartwright/core'
import { fakePaymentsClient } from '@cartwright/testing'
import { planted, spoilFile } from '../planted/plant.ts'
import { plantNamed } from '../planted/plants.ts'
import type { ShopSetup } from './racer-messages.ts'

/** Opens the shop of a race in this process. */
export async function openShop(setup: ShopSetup, options: { readonly probe?: StepProbe; readonly clock?: Clock } = {}): Promise<Commerce> {
  const { file, bankUrl, timing, strategy, storage: storageOptions } = setup
  const plant = plantNamed(setup.plant)
  spoilFile(plant, file)
  const sound = { storage: sqliteStorage({ file, ...storageOptions }), provider: fakePaymentsClient({ url: bankUrl }) }
  const { storage, provider, commerce } = planted(plant, sound)
  return commerce(await createCommerce({ storage, currency: 'USD', payments: [provider], timing, inventory: { strategy }, ...options }))
}
