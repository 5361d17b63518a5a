import type { ListingPosition, ProviderList } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { at, minute, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'

export function listingBehaviour(options: StorageSuiteOptions): void {
  describe('how far a provider’s lists have been read', () => {
    const storage = testStorage(options)
    const claim = (ms: number, list: ProviderList = 'events', provider = 'fake') =>
      storage().transaction(at(ms), (tx) => tx.inbox.claimListing({ provider, list, leaseUntil: moment(ms + minute) }))
    const advance = (ms: number, fence: number, position: ListingPosition, leaseUntil: Date | null, toEnd = false) =>
      storage().transaction(at(ms), (tx) => tx.inbox.advanceListing({ provider: 'fake', list: 'events', fence, position, toEnd, leaseUntil }))
    const read = (ms: number) => storage().snapshot(at(ms), ({ inbox }) => inbox.listings(), { fresh: true })

    it('is nowhere at first, and then where the last reader left it', async () => {
      expect(await claim(0)).toEqual({ outcome: 'claimed', position: null, fence: 1 })
      const half = { createdFrom: moment(-5000), after: 'evt_9' }
      expect(await advance(10, 1, half, moment(minute))).toBe('advanced')
      const end = { createdFrom: moment(-1000), after: null }
      expect(await advance(20, 1, end, null)).toBe('advanced')
      expect(await claim(30)).toEqual({ outcome: 'claimed', position: end, fence: 2 })
      expect(await advance(40, 2, half, null)).toBe('advanced')
      expect(await claim(50)).toMatchObject({ position: half, fence: 3 })
    })

    it('is kept for each list of each provider', async () => {
      await claim(0)
      await advance(10, 1, { createdFrom: moment(0), after: 'evt_1' }, null)
      expect(await claim(20, 'payments')).toMatchObject({ outcome: 'claimed', position: null })
      expect(await claim(20, 'events', 'other')).toMatchObject({ outcome: 'claimed', position: null })
    })

    it('is busy while a lease runs, which its holder can make longer', async () => {
      await claim(0)
      expect(await claim(minute - 1)).toEqual({ outcome: 'busy' })
      await advance(minute - 1, 1, { createdFrom: moment(0), after: 'evt_1' }, moment(2 * minute))
      expect(await claim(minute)).toEqual({ outcome: 'busy' })
      expect(await claim(2 * minute)).toMatchObject({ outcome: 'claimed', fence: 2 })
    })

    it('is moved on by whoever took it last, and by nobody before', async () => {
      await claim(0)
      await claim(minute)
      const late = { createdFrom: moment(9), after: 'evt_9' }
      expect(await advance(minute + 1, 1, late, null)).toBe('lost')
      expect(await claim(minute + 2)).toEqual({ outcome: 'busy' })
      expect(await advance(minute + 3, 2, { createdFrom: moment(1), after: null }, null)).toBe('advanced')
      expect(await claim(minute + 4)).toMatchObject({ position: { createdFrom: moment(1), after: null } })
    })

    it('is told with the time at which the end was reached last', async () => {
      expect(await read(0)).toEqual([])
      await claim(0)
      await claim(5, 'payments', 'other')
      const other = { provider: 'other', list: 'payments', readToEndAt: null }
      const events = (readToEndAt: Date | null) => expect.arrayContaining([{ provider: 'fake', list: 'events', readToEndAt }, other])
      expect(await read(10)).toEqual(events(null))
      const place = { createdFrom: moment(0), after: 'evt_1' }
      await advance(20, 1, place, moment(minute))
      expect(await read(20)).toEqual(events(null))
      await advance(30, 1, place, null, true)
      expect(await read(40)).toEqual(events(moment(30)))
      await claim(50)
      await advance(60, 2, place, moment(minute))
      expect(await read(60)).toEqual(events(moment(30)))
      await advance(70, 1, place, null, true)
      expect(await read(70)).toEqual(events(moment(30)))
      await advance(80, 2, place, null, true)
      expect(await read(90)).toEqual(events(moment(80)))
      expect(await read(90)).toHaveLength(2)
    })

    it('is taken by one of eight that meet', async () => {
      const other = await storage.another()
      const taken = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          (index % 2 === 0 ? storage() : other).transaction(at(0), (tx) =>
            tx.inbox.claimListing({ provider: 'fake', list: 'events', leaseUntil: moment(minute) }),
          ),
        ),
      )
      expect(taken.filter(({ outcome }) => outcome === 'claimed')).toHaveLength(1)
    })
  })
}
