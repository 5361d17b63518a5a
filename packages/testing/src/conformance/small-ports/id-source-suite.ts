import type { IdSource } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { itUnless, type Lacks } from '../capability.ts'
import { openedForTest } from '../opened-for-test.ts'

export interface IdSourceSuiteOptions {
  /** The heading in the test report. */
  readonly name: string
  /** A new source; called before every test. */
  readonly open: () => Promise<IdSource>
  /** `independence`: two sources never make the same id. A source that a seed decides lacks it. */
  readonly lacks?: Lacks<'independence'>
}

const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** More than fit into one millisecond's 12-bit counter. */
const many = 20_000

/**
 * Registers tests of the `IdSource` contract: UUIDv7 in lower case, each greater than those before, however fast they are asked for, and no two alike.
 *
 * @example
 * idSourceSuite({ name: 'my ids', open: async () => myIds() })
 */
export function idSourceSuite(options: IdSourceSuiteOptions): void {
  describe(`${options.name}: ids`, () => {
    const source = openedForTest(options.open)
    const draw = (from: IdSource, count: number) => Array.from({ length: count }, () => from.next<string>())

    it('are UUIDv7 in lower case', () => {
      expect(draw(source(), 1000).filter((id) => !uuidV7.test(id))).toEqual([])
    })

    it('grow as texts, also within one millisecond and past what its counter can hold', () => {
      const ids = draw(source(), many)
      expect(ids.findIndex((id, position) => position > 0 && id <= (ids[position - 1] ?? ''))).toBe(-1)
    })

    it('differ in their random part, so that they cannot be counted through', () => {
      expect(new Set(draw(source(), 1000).map((id) => id.slice(-12))).size).toBeGreaterThan(990)
    })

    itUnless(options.lacks?.independence, 'are never those of another source', async () => {
      const other = await options.open()
      const ids = [...draw(source(), many), ...draw(other, many)]
      expect(new Set(ids).size).toBe(ids.length)
    })
  })
}
