import type { AuditCheckId } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { at, hour, minute } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { stocked } from '../stock/stocked-shop.ts'
import { abandonKey, audit, sell, violated } from './sold-order.ts'

/** Every check that a storage can make by itself; I22 compares with the providers, which core does. */
const checks: readonly AuditCheckId[] = [
  'I1',
  'I2',
  'I3',
  'I4',
  'I5',
  'I6',
  'I7',
  'I8',
  'I9',
  'I10',
  'I11',
  'I12',
  'I13',
  'I14',
  'I15',
  'I16',
  'I17',
  'I18',
  'I19',
  'I20',
  'I21',
  'I23',
]

export function reportBehaviour(options: StorageSuiteOptions): void {
  describe('the report', () => {
    const storage = testStorage(options)

    it('names each check once, with what must hold, and finds nothing in an empty shop', async () => {
      const results = await audit(storage())
      expect(results.map(({ id }) => id).sort()).toEqual([...checks].sort())
      for (const { id, invariant, violations, samples } of results) {
        expect({ id, sentence: /^\p{Lu}.+\.$/u.test(invariant), violations, samples }).toEqual({ id, sentence: true, violations: 0, samples: [] })
      }
    })

    it('finds nothing in a shop that was kept by the rules', async () => {
      await stocked(storage(), { 'MUG-1': 10 })
      await sell(storage())
      await sell(storage())
      expect(await violated(storage())).toEqual([])
    })

    it('counts every offender and names as many as it was asked to', async () => {
      for (const key of ['a', 'b', 'c']) await abandonKey(storage(), key)
      for (const sampleLimit of [0, 2, 10]) {
        const found = (await audit(storage(), { sampleLimit })).find(({ id }) => id === 'I18')
        expect([found?.violations, found?.samples.length]).toEqual([3, Math.min(3, sampleLimit)])
      }
    })

    it('lets what is overdue have its grace', async () => {
      await abandonKey(storage(), 'a')
      expect(await violated(storage(), { graceMs: 5 * minute }, 6 * minute - 1)).toEqual([])
      expect(await violated(storage(), { graceMs: 5 * minute }, 6 * minute)).toEqual(['I18'])
    })

    it('names offenders without personal data', async () => {
      await stocked(storage(), { 'MUG-1': 10 })
      const { order } = await sell(storage(), { payment: { capturedMinor: 1 } })
      const text = JSON.stringify((await audit(storage())).map(({ samples }) => samples))
      expect(text).toContain(order.id)
      for (const personal of [order.email, order.shippingAddress.name, order.shippingAddress.line1]) expect(text).not.toContain(personal)
    })

    it('speaks of the snapshot it is run in', async () => {
      await abandonKey(storage(), 'a')
      const [inside, outside] = await storage().snapshot(at(hour), async (snapshot) => {
        const run = () => snapshot.audit.run({ graceMs: 0, sampleLimit: 1 })
        return [await run(), await run()]
      })
      expect(outside).toEqual(inside)
    })
  })
}
