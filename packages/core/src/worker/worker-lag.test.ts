import { createCommerce } from '@cartwright/core'
import { memoryLiveCarts } from '@cartwright/testing'
import { describe, expect, test } from 'vitest'
import { faultyShop } from '../../test/faulty-shop.ts'
import { testShop } from '../../test/test-shop.ts'

const minute = 60_000
const day = 24 * 60 * minute

describe('the reconciler', () => {
  const never = [
    { provider: 'fake', list: 'events', readMsAgo: null },
    { provider: 'fake', list: 'payments', readMsAgo: null },
  ]
  const readAgo = (events: number | null, payments: number | null) => [events, payments].map((readMsAgo, index) => ({ ...never[index], readMsAgo }))

  test('is late by all that it reads back before a list was read for the first time', async () => {
    const { commerce } = await testShop()
    const { jobs, listings } = await commerce.worker.lag()
    expect([jobs.reconciler, listings]).toEqual([30 * day, never])
  })

  test('is late once a list was read longer ago than it rests', async () => {
    const { commerce, clock } = await testShop()
    await commerce.worker.runOnce({ jobs: ['reconciler'] })
    clock.advance(5 * minute)
    expect(await commerce.worker.lag()).toMatchObject({ jobs: { reconciler: 0 }, listings: readAgo(5 * minute, 5 * minute) })
    clock.advance(minute)
    expect((await commerce.worker.lag()).jobs.reconciler).toBe(minute)
    expect((await commerce.worker.lag({ pausesMs: { reconciler: 2 * minute } })).jobs.reconciler).toBe(4 * minute)
    await commerce.worker.runOnce({ jobs: ['reconciler'] })
    expect(await commerce.worker.lag()).toMatchObject({ jobs: { reconciler: 0 }, listings: readAgo(0, 0) })
  })

  test('has not read a list that its provider does not give, nor one of which more is left', async () => {
    const { commerce, bank, clock, faults } = await faultyShop()
    await commerce.worker.runOnce({ jobs: ['reconciler'] })
    clock.advance(10 * minute)
    faults.listEvents = async () => Promise.reject(new Error('the provider is away'))
    await commerce.worker.runOnce({ jobs: ['reconciler'] })
    expect(await commerce.worker.lag()).toMatchObject({ jobs: { reconciler: 5 * minute }, listings: readAgo(10 * minute, 0) })
    bank.ledger.announce('account.updated')
    const [event] = (await bank.listEvents({ limit: 1, signal: new AbortController().signal })).items
    if (event === undefined) throw new Error('nothing is listed')
    let page = 0
    faults.listEvents = async () => {
      page += 1
      return { items: [event], next: `place ${page}` }
    }
    await commerce.worker.runOnce({ jobs: ['reconciler'] })
    expect(page).toBe(100)
    expect(await commerce.worker.lag()).toMatchObject({ jobs: { reconciler: 5 * minute }, listings: readAgo(10 * minute, 0) })
  })

  test('has nothing to be late with in a shop without providers', async () => {
    const { storage } = (await testShop()).commerce
    const blind = await createCommerce({ storage, currency: 'USD' })
    expect(await blind.worker.lag()).toMatchObject({ jobs: { reconciler: 0 }, listings: [] })
  })
})

describe('carts', () => {
  test('wait in their live store until they are copied', async () => {
    let nowMs = 0
    const carts = memoryLiveCarts({ nowMs: () => nowMs })
    const { commerce } = await testShop({ carts })
    await commerce.carts.create()
    nowMs = 1_500
    expect((await commerce.worker.lag()).jobs.carts).toBe(1_500)
    await commerce.worker.runOnce({ jobs: ['carts'] })
    expect((await commerce.worker.lag()).jobs.carts).toBe(0)
  })

  test('wait for nobody knows how long while their live store is away, and the rest is told', async () => {
    const carts = memoryLiveCarts()
    const { commerce } = await testShop({ carts })
    carts.fail('before')
    expect((await commerce.worker.lag()).jobs).toMatchObject({ carts: null, inbox: 0 })
  })
})
