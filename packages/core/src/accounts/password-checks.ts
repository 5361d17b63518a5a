import { newToken } from '../actor.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { PasswordHasher } from './password-hasher.ts'

/** Hashes and checks passwords, outside of every transaction. */
export class PasswordChecks {
  readonly #context: Pick<Context, 'passwords' | 'random'>
  /** The hash of a password that nobody has, for names that nobody has: looking at one of them takes as long as looking at a real one. */
  #decoy: Promise<string> | undefined

  constructor(context: Pick<Context, 'passwords' | 'random'>) {
    this.#context = context
  }

  /** @throws ACCOUNTS_OFF in a shop without a hasher */
  get #hasher(): PasswordHasher {
    if (this.#context.passwords === undefined) throw new CommerceError('ACCOUNTS_OFF', { details: {} })
    return this.#context.passwords
  }

  /** @throws ACCOUNTS_OFF */
  requireHasher(): void {
    void this.#hasher
  }

  async hash(password: string): Promise<string> {
    return this.#hasher.hash({ password })
  }

  /** Whether this is the password of the hash; of none, false, after as much work. */
  async matches(password: string, hash: string | undefined): Promise<boolean> {
    // Made whoever asks first, so that its making tells nothing either.
    const decoy = await this.#decoyHash()
    const matches = await this.#hasher.verify({ password, hash: hash ?? decoy })
    return hash !== undefined && matches
  }

  /** A new hash of a password that has just matched an old one; undefined when the old one is as good. */
  async renewed(password: string, hash: string): Promise<string | undefined> {
    return this.#hasher.needsRehash({ hash }) ? this.hash(password) : undefined
  }

  #decoyHash(): Promise<string> {
    this.#decoy ??= this.hash(newToken(this.#context.random)).catch((error: unknown) => {
      this.#decoy = undefined
      throw error
    })
    return this.#decoy
  }
}
