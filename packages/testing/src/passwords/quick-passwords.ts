import { createHash, randomBytes } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import type { PasswordHasher } from '@cartwright/core/ports'

/**
 * A `PasswordHasher` for tests: one round of SHA-256 and a salt, which takes no time and protects nothing.
 *
 * @param options.generation - hashes of another generation are to be made anew. @default 1
 */
export function quickPasswords({ generation = 1 }: { readonly generation?: number } = {}): PasswordHasher {
  const digest = (salt: string, password: string) => createHash('sha256').update(`${salt} ${password}`).digest('hex')
  return {
    hash: async ({ password }) => {
      // Others have their turn meanwhile, as they do while a real one works.
      await turn()
      await turn()
      const salt = randomBytes(16).toString('hex')
      return `quick$${generation}$${salt}$${digest(salt, password)}`
    },
    verify: async ({ password, hash }) => {
      await turn()
      const [kind, , salt = '', known] = hash.split('$')
      return kind === 'quick' && digest(salt, password) === known
    },
    needsRehash: ({ hash }) => !hash.startsWith(`quick$${generation}$`),
  }
}
