import { passwordHasherSuite } from '@cartwright/testing/conformance'
import { describe, expect, it } from 'vitest'
import { argon2Passwords } from './argon2-passwords.ts'

passwordHasherSuite({ name: 'Argon2id', open: () => argon2Passwords(), older: () => argon2Passwords({ passes: 3 }) })

describe('argon2Passwords', () => {
  it('writes the algorithm and its costs into the hash', async () => {
    expect(await argon2Passwords().hash({ password: 'correct horse' })).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[^$]{22}\$[^$]{43}$/)
  })

  it('takes no costs below the least', () => {
    for (const options of [{ memoryKib: 19_455 }, { passes: 1 }, { lanes: 0 }, { memoryKib: Number.NaN }, { passes: 2.5 }]) {
      expect(() => argon2Passwords(options)).toThrow(RangeError)
    }
  })

  it('fails where a hash is damaged only by not matching', async () => {
    const hash = await argon2Passwords().hash({ password: 'correct horse' })
    expect(await argon2Passwords().verify({ password: 'correct horse', hash: hash.slice(0, -5) })).toBe(false)
    expect(await argon2Passwords().verify({ password: 'correct horse', hash: '$argon2id$v=19$m=x$y' })).toBe(false)
  })
})
