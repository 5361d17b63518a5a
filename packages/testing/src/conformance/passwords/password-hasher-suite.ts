import { setImmediate as turn } from 'node:timers/promises'
import type { PasswordHasher } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'

export interface PasswordHasherSuiteOptions {
  /** The heading in the test report. */
  readonly name: string
  readonly open: () => PasswordHasher
  /** The same with other costs, or an earlier algorithm, whose hashes are to be made anew. */
  readonly older: () => PasswordHasher
}

/**
 * Registers tests of the `PasswordHasher` contract: salted hashes that carry what is needed to check them, in whatever order they were made, off the event loop.
 *
 * @example
 * passwordHasherSuite({ name: 'my hasher', open: () => myPasswords(), older: () => myPasswords({ rounds: 10 }) })
 */
export function passwordHasherSuite({ name, open, older }: PasswordHasherSuiteOptions): void {
  describe(`${name}: passwords`, () => {
    it('tells the password of a hash from every other, and two hashes of one differ', async () => {
      const password = 'correct horse “ß” ☕'
      const [one, two] = await Promise.all([open().hash({ password }), open().hash({ password })])
      expect(one).not.toBe(two)
      expect(one).not.toContain(password)
      const others = ['', 'correct horse', `${password} `, password.toUpperCase()]
      expect(await Promise.all([password, ...others].map((tried) => open().verify({ password: tried, hash: one })))).toEqual([true, false, false, false, false])
    })

    it('does not take for a hash what is none', async () => {
      const hashes = ['', 'x', '$argon2id$', 'correct horse', '$2b$10$abcdefghijklmnopqrstuv']
      const taken = await Promise.all(hashes.map((hash) => open().verify({ password: 'x', hash })))
      expect(taken).toEqual(hashes.map(() => false))
    })

    it('checks a hash that was made with other costs, and says that it is to be made anew', async () => {
      const old = await older().hash({ password: 'correct horse' })
      expect(await open().verify({ password: 'correct horse', hash: old })).toBe(true)
      expect(open().needsRehash({ hash: old })).toBe(true)
      expect(open().needsRehash({ hash: await open().hash({ password: 'correct horse' }) })).toBe(false)
    })

    it('lets the event loop go on while it works', async () => {
      const hasher = open()
      await hasher.hash({ password: 'loaded' })
      let working = true
      let turns = 0
      const work = hasher.hash({ password: 'correct horse' }).finally(() => {
        working = false
      })
      while (working) {
        turns += 1
        await turn()
      }
      await work
      // Of work that is done before the call returns, nobody would see more than one.
      expect(turns).toBeGreaterThan(1)
    })
  })
}
