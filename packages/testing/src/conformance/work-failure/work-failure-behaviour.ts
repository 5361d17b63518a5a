import type { WorkFailure, WorkFailureReader } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { at, minute, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'

const first: WorkFailure = {
  job: 'refunds',
  rowId: 'refund-1',
  attempts: 3,
  code: 'PROVIDER_UNAVAILABLE',
  subject: null,
  firstFailedAt: moment(1),
  lastFailedAt: moment(3),
  nextAttemptAt: moment(4),
}
const parked: WorkFailure = { ...first, rowId: 'refund-2', attempts: 20, code: 'UNEXPECTED', firstFailedAt: moment(2), nextAttemptAt: null }
const event: WorkFailure = { ...parked, job: 'relay:mails', rowId: 'event-1', subject: { topic: 'order.placed', payload: { total: 1, title: '“Größe” 7 ☕' } } }

export function workFailureBehaviour(options: StorageSuiteOptions): void {
  describe('keeping', () => {
    const storage = testStorage(options)
    const record = (...failures: readonly WorkFailure[]) => storage().transaction(at(0), (tx) => tx.workFailures.record(failures))
    const of = (job: string, ...rowIds: readonly string[]) =>
      storage().snapshot(at(0), (snapshot) => snapshot.workFailures.of({ job, rowIds }), { fresh: true })
    const list = (params: Parameters<WorkFailureReader['list']>[0]) =>
      storage().snapshot(at(0), (snapshot) => snapshot.workFailures.list(params), { fresh: true })

    it('gives back what was recorded, of the job and the rows that are asked for', async () => {
      await record(first, parked, event)
      expect(await of('refunds', 'refund-1', 'refund-3')).toEqual([first])
      expect(await of('relay:mails', 'event-1')).toEqual([event])
      expect(await of('relay:mails', 'refund-1')).toEqual([])
      expect(await of('refunds')).toEqual([])
    })

    it('writes a later failure in place of the earlier one, but for when it first failed', async () => {
      await record(first)
      const again: WorkFailure = { ...first, attempts: 4, code: 'UNEXPECTED', subject: [1], lastFailedAt: moment(9), nextAttemptAt: null }
      await record({ ...again, firstFailedAt: moment(8) })
      expect(await of('refunds', 'refund-1')).toEqual([again])
    })

    it('lists the oldest first, by page, of one job or all, the parked ones or all', async () => {
      await record(event, parked, first)
      const all = await list({ parked: false, limit: 10 })
      expect(all).toEqual([first, parked, event])
      expect(await list({ parked: true, limit: 10 })).toEqual([parked, event])
      expect(await list({ parked: false, limit: 10, job: 'refunds' })).toEqual([first, parked])
      expect(await list({ parked: false, limit: 1, after: first })).toEqual([parked])
      expect(await list({ parked: false, limit: 5, after: parked })).toEqual([event])
    })

    it('forgets what has been done, and only that', async () => {
      await record(first, parked, event)
      expect(await storage().transaction(at(0), (tx) => tx.workFailures.forget({ job: 'refunds', rowIds: ['refund-1', 'event-1', 'refund-9'] }))).toBe(1)
      expect(await list({ parked: false, limit: 10 })).toEqual([parked, event])
    })

    it('makes parked work due now, as if it had never been tried', async () => {
      await record(first, parked, { ...parked, rowId: 'refund-3' }, event)
      const retry = (rowIds?: readonly string[]) =>
        storage().transaction(at(minute), (tx) => tx.workFailures.retry({ job: 'refunds', ...(rowIds === undefined ? {} : { rowIds }) }))
      expect(await retry(['refund-1', 'refund-2', 'event-1'])).toBe(1)
      expect(await of('refunds', 'refund-2')).toEqual([{ ...parked, attempts: 0, nextAttemptAt: moment(minute) }])
      expect([await retry(), await retry()]).toEqual([1, 0])
      expect(await of('refunds', 'refund-1')).toEqual([first])
      expect(await of('relay:mails', 'event-1')).toEqual([event])
    })

    it('prunes what nobody has tried for long, up to the limit, and nothing that is parked', async () => {
      await record(first, { ...first, rowId: 'refund-4' }, { ...first, rowId: 'refund-5', lastFailedAt: moment(10) }, parked)
      const prune = (limit: number) => storage().transaction(at(0), (tx) => tx.workFailures.prune({ before: moment(10), limit }))
      expect([await prune(1), await prune(5), await prune(5)]).toEqual([1, 1, 0])
      expect((await list({ parked: false, limit: 10 })).map(({ rowId }) => rowId)).toEqual(['refund-5', 'refund-2'])
    })

    it('keeps nothing of a transaction that rolled back', async () => {
      const attempt = storage().transaction(at(0), async (tx) => {
        await tx.workFailures.record([first])
        throw new Error('give up')
      })
      await expect(attempt).rejects.toThrow('give up')
      expect(await of('refunds', 'refund-1')).toEqual([])
    })
  })
}
