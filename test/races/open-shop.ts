import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { type Clock, type Commerce, createCommerce, type StepProbe } from '@cartwright/core'
import { fakePaymentsClient } from '@cartwright/testing'
import { plants } from '../planted/plants.ts'
import type { ShopSetup } from './racer-messages.ts'

/** Opens the shop of a race in this process. */
export function openShop({ file, bankUrl, timing, plant }: ShopSetup, options: { readonly probe?: StepProbe; readonly clock?: Clock } = {}): Promise<Commerce> {
  const storage = sqliteStorage({ file })
  const planted = plant === null ? storage : plants[plant](storage)
  return createCommerce({ storage: planted, currency: 'USD', payments: [fakePaymentsClient({ url: bankUrl })], timing, ...options })
}
