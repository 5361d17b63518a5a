import type { PasswordHasher } from '@cartwright/core/ports'

/** How hard passwords are to guess from their hashes. Raising a figure makes the hashes of those who sign in new. */
export interface Argon2Options {
  /** Memory for one hash, in KiB; at least 19456. @default 19456 */
  readonly memoryKib?: number
  /** Passes over the memory; at least 2. @default 2 */
  readonly passes?: number
  /** Lanes; at least 1. @default 1 */
  readonly lanes?: number
}

const least = { memoryKib: 19_456, passes: 2, lanes: 1 } as const

/**
 * Hashes passwords by Argon2id in native code, on the process's thread pool: the event loop is not held up. The code is loaded when the first password comes.
 *
 * @throws RangeError for less than OWASP's least: 19456 KiB, two passes, one lane
 * @example
 * const commerce = await createCommerce({ storage, currency: 'USD', accounts: { passwords: argon2Passwords() } })
 */
export function argon2Passwords(options: Argon2Options = {}): PasswordHasher {
  const { memoryKib, passes, lanes } = { ...least, ...options }
  for (const [name, value] of Object.entries({ memoryKib, passes, lanes })) {
    const minimum = least[name as keyof typeof least]
    if (!Number.isSafeInteger(value) || value < minimum) throw new RangeError(`${name} must be a whole number from ${minimum} on`)
  }
  const costs = { memoryCost: memoryKib, timeCost: passes, parallelism: lanes }
  const current = `$argon2id$v=19$m=${memoryKib},t=${passes},p=${lanes}$`
  let loading: Promise<typeof import('@node-rs/argon2')> | undefined
  const library = () => {
    loading ??= import('@node-rs/argon2')
    return loading
  }
  return {
    hash: async ({ password }) => (await library()).hash(password, costs),
    verify: async ({ password, hash }) => {
      if (!hash.startsWith('$argon2')) return false
      const { verify } = await library()
      // A damaged hash is the only thing that it rejects, and matches nothing.
      return verify(hash, password).catch(() => false)
    },
    needsRehash: ({ hash }) => !hash.startsWith(current),
  }
}
