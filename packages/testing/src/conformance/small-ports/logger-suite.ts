import type { LogFields, Logger } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { itUnless, type Lacks } from '../capability.ts'
import { openedForTest } from '../opened-for-test.ts'

const levels = ['debug', 'info', 'warn', 'error'] as const satisfies readonly (keyof Logger)[]

/** A line as it arrived. */
export interface WrittenLine {
  readonly level: keyof Logger
  readonly message: string
  readonly fields: LogFields
}

/** A logger for one test. */
export interface OpenedLogger {
  readonly logger: Logger
  /** What has arrived so far, oldest first. Left out only by loggers that lack `readBack`. */
  readonly written?: () => Promise<readonly WrittenLine[]>
}

export interface LoggerSuiteOptions {
  /** The heading in the test report. */
  readonly name: string
  /** A logger that writes every level; called before every test. */
  readonly open: () => Promise<OpenedLogger>
  /** `readBack`: what was logged can be seen. */
  readonly lacks?: Lacks<'readBack'>
}

const cyclic: Record<string, unknown> = { name: 'cyclic' }
cyclic.self = cyclic

/** Fields that a careless logger chokes on. */
const strangeFields: readonly LogFields[] = [
  {},
  cyclic,
  { big: 2n ** 80n, none: undefined, nothing: null, symbol: Symbol('s'), call: () => 1 },
  { error: new Error('no', { cause: new TypeError('because') }), at: new Date(Number.NaN), map: new Map([[1, 2]]) },
  { text: 'x'.repeat(100_000), list: Array.from({ length: 1000 }, (_, position) => position) },
  { level: 'mine', message: 'mine', time: 'mine', msg: 'mine' },
  Object.freeze({ fixed: true }),
  Object.assign(Object.create(null) as Record<string, unknown>, { bare: true }),
]

/**
 * Registers tests of the `Logger` contract: it never throws, whatever the fields are, and each line arrives under its level.
 *
 * @example
 * loggerSuite({ name: 'pino', open: async () => ({ logger: pino({ level: 'debug' }, sink), written: async () => linesOf(sink) }) })
 */
export function loggerSuite(options: LoggerSuiteOptions): void {
  describe(`${options.name}: logger`, () => {
    const opened = openedForTest(options.open)
    const lacking = options.lacks?.readBack
    const written = async () => {
      const lines = await opened().written?.()
      if (lines === undefined) throw new Error('open() gives no `written`: add it, or say in `lacks.readBack` why there is none')
      return lines
    }

    it.each(levels)('%s does not throw, whatever the fields and the message are', (level) => {
      for (const fields of strangeFields) expect(() => opened().logger[level](fields, 'a % line %s %d %o')).not.toThrow()
      expect(() => opened().logger[level]({ id: 1 }, '')).not.toThrow()
    })

    it('leaves the fields as they were', () => {
      const fields = { orderId: 'o-1', nested: { count: 1 } }
      for (const level of levels) opened().logger[level](fields, 'unchanged')
      expect(fields).toEqual({ orderId: 'o-1', nested: { count: 1 } })
    })

    itUnless(lacking, 'writes each line once, in order, under its level, with its fields', async () => {
      for (const level of levels) opened().logger[level]({ orderId: `of ${level}`, count: 3 }, `at ${level}`)
      const expected = levels.map((level) => ({ level, message: `at ${level}`, fields: { orderId: `of ${level}`, count: 3 } }))
      expect(await written()).toMatchObject(expected)
      expect(await written()).toHaveLength(levels.length)
    })

    itUnless(lacking, 'writes a line after one that it could not render', async () => {
      for (const fields of strangeFields) opened().logger.info(fields, 'strange')
      opened().logger.info({ orderId: 'o-2' }, 'after')
      expect((await written()).at(-1)).toMatchObject({ level: 'info', message: 'after', fields: { orderId: 'o-2' } })
    })
  })
}
