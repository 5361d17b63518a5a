import type { CustomerId, StoredToken } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { insertedCustomer } from '../customer/stored-customers.ts'
import { at, minute, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'

export function tokenBehaviour(options: StorageSuiteOptions): void {
  describe('passwords and tokens', () => {
    const storage = testStorage(options)
    const token = (customerId: CustomerId, overrides: Partial<StoredToken> = {}): StoredToken => ({
      tokenHash: 'a'.repeat(64),
      customerId,
      purpose: 'reset_password',
      expiresAt: moment(minute),
      createdAt: moment(0),
      ...overrides,
    })
    const put = (stored: StoredToken) => storage().transaction(at(0), (tx) => tx.accounts.putToken(stored))
    const use = ({ tokenHash, purpose, customerId }: StoredToken, ms = 1) =>
      storage().transaction(at(ms), (tx) => tx.accounts.useToken({ tokenHash, purpose, customerId }))

    it('keep the newest password of a customer, found by id and by address of mail', async () => {
      const { id } = await insertedCustomer(storage(), { email: 'Ada@example.com' })
      const other = await insertedCustomer(storage(), { email: 'bob@example.com' })
      for (const passwordHash of ['first', 'second']) await storage().transaction(at(0), (tx) => tx.accounts.putPassword({ customerId: id, passwordHash }))
      const found = await storage().snapshot(
        at(0),
        ({ accounts }) =>
          Promise.all([
            accounts.credentials({ customerId: id }),
            accounts.credentialsByEmail({ emailKey: 'ada@example.com' }),
            accounts.credentials({ customerId: other.id }),
            accounts.credentialsByEmail({ emailKey: 'bob@example.com' }),
          ]),
        { fresh: true },
      )
      const mine = { customerId: id, passwordHash: 'second' }
      expect(found).toEqual([mine, mine, undefined, undefined])
    })

    it('know whose token it is, for its purpose and until its time is over', async () => {
      const { id } = await insertedCustomer(storage())
      await put(token(id))
      const owner = (ms: number, purpose: StoredToken['purpose'] = 'reset_password') =>
        storage().snapshot(at(ms), ({ accounts }) => accounts.tokenOwner({ tokenHash: 'a'.repeat(64), purpose }), { fresh: true })
      expect([await owner(0), await owner(minute - 1), await owner(minute), await owner(0, 'verify_email')]).toEqual([id, id, undefined, undefined])
    })

    it('let a token be used once, by its customer, for its purpose, in its time', async () => {
      const { id } = await insertedCustomer(storage())
      const mine = token(id)
      await put(mine)
      expect(await use({ ...mine, purpose: 'verify_email' })).toBe(false)
      expect(await use({ ...mine, customerId: 'other' as CustomerId })).toBe(false)
      expect(await use(mine, minute)).toBe(false)
      expect([await use(mine), await use(mine)]).toEqual([true, false])
    })

    it('let one of sixteen use a token that they try at once', async () => {
      const { id } = await insertedCustomer(storage())
      const { tokenHash, purpose, customerId } = token(id)
      await put(token(id))
      const other = await storage.another()
      const used = await Promise.all(
        Array.from({ length: 16 }, (_, index) =>
          (index % 2 === 0 ? storage() : other).transaction(at(1), (tx) => tx.accounts.useToken({ tokenHash, purpose, customerId })),
        ),
      )
      expect(used.filter(Boolean)).toHaveLength(1)
    })

    it('drop the tokens of one customer, whatever they are for', async () => {
      const [mine, theirs] = [await insertedCustomer(storage()), await insertedCustomer(storage())]
      const tokens = [token(mine.id), token(mine.id, { tokenHash: 'b', purpose: 'verify_email' }), token(theirs.id, { tokenHash: 'c' })]
      for (const stored of tokens) await put(stored)
      await storage().transaction(at(1), (tx) => tx.accounts.dropTokens({ customerId: mine.id }))
      const left: boolean[] = []
      for (const stored of tokens) left.push(await use(stored))
      expect(left).toEqual([false, false, true])
    })
  })
}
