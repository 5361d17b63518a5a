/**
 * One process that looks at a price, through its cache, while another changes it. Started by `startViewer`.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { postgresStorage } from '@cartwright/adapters-postgres'
import { redisCache, redisConnection } from '@cartwright/adapters-redis'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce, systemTimers } from '@cartwright/core'
import { manualTimers } from '@cartwright/testing'
import { runAsProcess } from '@cartwright/testing/crash'
import { deafToProducts } from '../planted/events/deaf-to-products.ts'
import type { Seen, ViewerSetup } from './viewer-messages.ts'

runAsProcess<ViewerSetup>(async ({ setup, ready }): Promise<readonly Seen[]> => {
  const time = manualTimers()
  // Whoever waits for what another process is reading must wake by itself.
  const timers = setup.redis === undefined ? time : { nowMs: time.nowMs, sleep: systemTimers.sleep }
  const storage = 'file' in setup.database ? sqliteStorage(setup.database) : postgresStorage(setup.database)
  const redis = setup.redis === undefined ? undefined : redisConnection({ ...setup.redis, timeoutMs: 5_000 })
  const cache = redis === undefined ? {} : { shared: redisCache({ redis }) }
  const commerce = await createCommerce({ storage: setup.deaf ? deafToProducts(storage) : storage, currency: 'USD', timers, cache })
  const seen: Seen[] = []
  let passedMs = 0
  const look = async () => {
    const { variants } = await commerce.catalog.get({ handle: setup.handle })
    seen.push({ atMs: passedMs, amountMinor: variants[0]?.prices[0]?.amountMinor })
  }
  await look()
  await ready()
  await look()
  for (let turn = 0; turn < setup.seconds && seen.at(-1)?.amountMinor !== setup.until; turn += 1) {
    time.advance(1_000)
    passedMs += 1_000
    // A transaction that somebody else has open holds the event back: on a server that others use too, that takes its time.
    await pause(setup.pauseMs)
    await look()
  }
  await commerce.close()
  await redis?.close()
  return seen
})
