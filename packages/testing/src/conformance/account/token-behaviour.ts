import type { Customer, CustomerId, SessionId, StoredToken } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { insertedCustomer } from '../customer/stored-customers.ts'
import { ids } from '../fixtures.ts'
import { at, hour, minute, moment } from '../moments.ts'
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

    it('tell who never confirmed an address, until they are more than registered; what confirms goes when it is forgotten', async () => {
      const registered = async (index: number, overrides: Partial<Customer> = {}) => {
        const { id } = await insertedCustomer(storage(), { email: `${index}@example.com`, ...overrides })
        await put(token(id, { tokenHash: `${index}`.repeat(64), purpose: 'verify_email', expiresAt: moment(minute + index) }))
        return id
      }
      const [first, second, third, active] = [await registered(1), await registered(2), await registered(3), await registered(4)]
      await registered(5, { emailVerifiedAt: moment(0) })
      await registered(6, { version: 2 })
      const later = { expiresAt: moment(10 * minute), createdAt: moment(0) }
      await put(token(third, { tokenHash: 'f'.repeat(64), ...later }))
      const session = {
        id: ids.next<SessionId>(),
        customerId: active,
        createdAt: moment(0),
        seenAt: moment(0),
        expiresAt: later.expiresAt,
        endsAt: later.expiresAt,
      }
      await storage().transaction(at(0), (tx) => tx.accounts.openSession({ session, tokenHash: 's' }))
      const found = (ms: number, params: { readonly limit: number; readonly customerId?: CustomerId }) =>
        storage().transaction(at(hour), (tx) => tx.accounts.unconfirmed({ before: moment(ms), ...params }))
      expect(await found(minute, { limit: 10 })).toEqual([])
      expect(await found(5 * minute, { limit: 10 })).toEqual([first, second])
      expect(await found(5 * minute, { limit: 1 })).toEqual([first])
      expect(await found(5 * minute, { limit: 10, customerId: second })).toEqual([second])
      expect(await found(5 * minute, { limit: 10, customerId: active })).toEqual([])
      expect(await found(20 * minute, { limit: 10 })).toEqual([first, second, third])
      const forget = (limit: number) => storage().transaction(at(hour), (tx) => tx.accounts.forgetConfirmations({ before: moment(minute + 6), limit }))
      expect([await forget(2), await forget(10), await forget(10)]).toEqual([2, 4, 0])
      expect(await found(20 * minute, { limit: 10 })).toEqual([])
    })
  })
}
