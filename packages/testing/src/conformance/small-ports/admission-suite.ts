import { randomUUID } from 'node:crypto'
import type { Admission, AdmissionAnswer } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { openedForTest } from '../opened-for-test.ts'

export interface OpenedAdmission {
  readonly admission: Admission
  /** Lets so many ms pass by the counts' own clock: moves a clock that the test has given them, or waits. */
  pass(ms: number): Promise<void>
  readonly dispose?: () => Promise<void>
}

export interface AdmissionSuiteOptions {
  /** The heading in the test report. */
  readonly name: string
  readonly open: () => Promise<OpenedAdmission>
}

/** None of it passes while a test runs. */
const hour = 3_600_000

/**
 * Registers tests of the `Admission` contract: as many are admitted as fit, one looks where nothing is known, and what is corrected counts.
 *
 * @example
 * admissionSuite({ name: 'my counts', open: async () => ({ admission: myAdmission(), pass: (ms) => sleep(ms) }) })
 */
export function admissionSuite(options: AdmissionSuiteOptions): void {
  describe(`${options.name}: admission`, () => {
    const opened = openedForTest(options.open, async ({ dispose }) => dispose?.())

    type Asked = {
      readonly quantity?: number
      readonly holder?: string
      readonly seen?: number
      readonly token?: string
      readonly maxAgeMs?: number
      readonly lookMs?: number
    }
    const take = (sku: string, { quantity = 1, holder = randomUUID(), seen = 0, token = 'token', maxAgeMs = hour, lookMs = hour }: Asked = {}) =>
      opened().admission.take({ sku, quantity, holder, seen, token, maxAgeMs, lookMs })

    /** A SKU of which so many are left besides what its first holder has. */
    async function counted(left: number) {
      const sku = randomUUID()
      const holder = randomUUID()
      await take(sku, { token: 'first', holder })
      const filled = await opened().admission.fill({ sku, token: 'first', holder, left })
      if (filled === 'lost') throw new Error('nobody else looked')
      return { sku, holder, generation: filled.generation }
    }

    const outcomes = (answers: readonly AdmissionAnswer[], outcome: AdmissionAnswer['outcome']) => answers.filter((answer) => answer.outcome === outcome).length

    it('lets one look, and the others wait, where nothing is known', async () => {
      const sku = randomUUID()
      const answers = await Promise.all(Array.from({ length: 8 }, (_, index) => take(sku, { token: `token-${index}` })))
      expect([outcomes(answers, 'look'), outcomes(answers, 'wait')]).toEqual([1, 7])
    })

    it('lets another look when the first takes too long, whose counts are then lost', async () => {
      const sku = randomUUID()
      await take(sku, { token: 'slow', lookMs: 20 })
      await opened().pass(40)
      expect(await take(sku, { token: 'next' })).toEqual({ outcome: 'look' })
      expect(await opened().admission.fill({ sku, token: 'slow', holder: 'a', left: 100 })).toBe('lost')
      expect(await opened().admission.fill({ sku, token: 'next', holder: 'b', left: 0 })).toMatchObject({ generation: expect.any(Number) })
    })

    it('admits exactly as many of 64 as are left', async () => {
      const { sku } = await counted(10)
      const answers = await Promise.all(Array.from({ length: 64 }, () => take(sku)))
      expect([outcomes(answers, 'admitted'), outcomes(answers, 'sold_out')]).toEqual([10, 54])
    })

    it('says how many are left to one who wants more', async () => {
      const { sku } = await counted(2)
      expect(await take(sku, { quantity: 3 })).toMatchObject({ outcome: 'sold_out', left: 2 })
      expect(await take(sku, { quantity: 2 })).toMatchObject({ outcome: 'admitted' })
    })

    it('lets a holder through again, and counts it once', async () => {
      const { sku, holder } = await counted(1)
      const other = randomUUID()
      expect((await take(sku, { holder: other })).outcome).toBe('admitted')
      expect([(await take(sku)).outcome, (await take(sku, { holder: other })).outcome, (await take(sku, { holder })).outcome]).toEqual([
        'sold_out',
        'admitted',
        'admitted',
      ])
    })

    it('takes back what was not bought, of the same generation only', async () => {
      const { sku, generation } = await counted(1)
      const holder = randomUUID()
      await take(sku, { holder })
      await opened().admission.correct({ sku, holder, generation: generation + 1, back: 1 })
      expect((await take(sku)).outcome).toBe('sold_out')
      await opened().admission.correct({ sku, holder, generation, back: 1 })
      expect((await take(sku)).outcome).toBe('admitted')
    })

    it('believes the database when it is short', async () => {
      const { sku, generation } = await counted(5)
      const holder = randomUUID()
      await take(sku, { holder })
      await opened().admission.correct({ sku, holder, generation, left: 0 })
      expect([(await take(sku)).outcome, (await take(sku, { holder })).outcome]).toEqual(['sold_out', 'sold_out'])
    })

    it('does not refuse by counts that are too old: one looks, the others are refused meanwhile', async () => {
      const { sku } = await counted(0)
      expect((await take(sku, { maxAgeMs: hour })).outcome).toBe('sold_out')
      await opened().pass(40)
      expect([(await take(sku, { maxAgeMs: 20 })).outcome, (await take(sku, { maxAgeMs: 20 })).outcome]).toEqual(['look', 'sold_out'])
    })

    it('does not go by counts of an earlier generation than the caller has seen', async () => {
      const { sku, generation } = await counted(5)
      expect((await take(sku, { seen: generation + 1, token: 'again' })).outcome).toBe('look')
      const filled = await opened().admission.fill({ sku, token: 'again', holder: 'a', left: 5 })
      expect(filled).toMatchObject({ generation: expect.any(Number) })
      expect(filled === 'lost' ? 0 : filled.generation).toBeGreaterThan(generation)
    })
  })
}
