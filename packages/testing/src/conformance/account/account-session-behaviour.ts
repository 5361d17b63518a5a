import type { CustomerId, Session, SessionId } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { insertedCustomer } from '../customer/stored-customers.ts'
import { ids } from '../fixtures.ts'
import { at, hour, minute, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'

export function accountSessionBehaviour(options: StorageSuiteOptions): void {
  describe('sessions', () => {
    const storage = testStorage(options)
    const open = async (customerId: CustomerId, tokenHash: string, overrides: Partial<Session> = {}) => {
      const times = { createdAt: moment(0), seenAt: moment(0), expiresAt: moment(minute), endsAt: moment(hour) }
      const session: Session = { id: ids.next<SessionId>(), customerId, ...times, ...overrides }
      await storage().transaction(at(0), (tx) => tx.accounts.openSession({ session, tokenHash }))
      return session
    }
    const find = (tokenHash: string, ms = 1) => storage().snapshot(at(ms), ({ accounts }) => accounts.session({ tokenHash }), { fresh: true })
    const list = (customerId: CustomerId, ms = 1) => storage().snapshot(at(ms), ({ accounts }) => accounts.sessions({ customerId }), { fresh: true })

    it('are found by their token until their time is over, which using them puts off', async () => {
      const { id } = await insertedCustomer(storage())
      const session = await open(id, 'a')
      expect([await find('a'), await find('a', minute - 1), await find('a', minute), await find('b')]).toEqual([session, session, undefined, undefined])
      const used = { ...session, seenAt: moment(5), expiresAt: moment(minute + 5) }
      const touch = (tokenHash: string) => storage().transaction(at(5), (tx) => tx.accounts.touchSession({ session: used, tokenHash }))
      expect([await touch('a'), await touch('b')]).toEqual([true, false])
      expect(await find('a', minute)).toEqual(used)
    })

    it('are listed newest first, one customer’s at a time', async () => {
      const [mine, theirs] = [await insertedCustomer(storage()), await insertedCustomer(storage())]
      const first = await open(mine.id, 'a', { createdAt: moment(1) })
      const second = await open(mine.id, 'b', { createdAt: moment(2) })
      await open(mine.id, 'over', { expiresAt: moment(2) })
      await open(theirs.id, 'c')
      expect(await list(mine.id, 3)).toEqual([second, first])
    })

    it('get another token once, after which the old one is worth nothing', async () => {
      const { id } = await insertedCustomer(storage())
      const session = await open(id, 'old')
      const other = await storage.another()
      const rotated = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          (index % 2 === 0 ? storage() : other).transaction(at(1), (tx) => tx.accounts.rotateSession({ tokenHash: 'old', newTokenHash: `new-${index}` })),
        ),
      )
      expect(rotated.filter(Boolean)).toHaveLength(1)
      expect(await find('old')).toBeUndefined()
      expect(await find(`new-${rotated.indexOf(true)}`)).toEqual(session)
      const late = storage().transaction(at(minute), (tx) => tx.accounts.rotateSession({ tokenHash: `new-${rotated.indexOf(true)}`, newTokenHash: 'too late' }))
      expect(await late).toBe(false)
    })

    it('end by token, by name, or all of a customer’s together', async () => {
      const [mine, theirs] = [await insertedCustomer(storage()), await insertedCustomer(storage())]
      const named = await open(mine.id, 'a')
      for (const token of ['b', 'c', 'd']) await open(mine.id, token)
      await open(theirs.id, 'e')
      await storage().transaction(at(1), async (tx) => {
        expect([await tx.accounts.endSession({ tokenHash: 'b' }), await tx.accounts.endSession({ tokenHash: 'b' })]).toEqual([true, false])
        expect(await tx.accounts.endSessions({ customerId: theirs.id, sessionId: named.id })).toBe(0)
        expect(await tx.accounts.endSessions({ customerId: mine.id, sessionId: named.id })).toBe(1)
        expect(await tx.accounts.endSessions({ customerId: mine.id })).toBe(2)
      })
      expect([await list(mine.id), (await list(theirs.id)).length]).toEqual([[], 1])
    })

    it('are swept away with tokens once their time is over, some at a time', async () => {
      const { id } = await insertedCustomer(storage())
      for (const token of ['a', 'b', 'c']) await open(id, token)
      await open(id, 'stays', { expiresAt: moment(hour) })
      const token = { customerId: id, purpose: 'reset_password' as const, expiresAt: moment(minute), createdAt: moment(0) }
      await storage().transaction(at(0), (tx) => tx.accounts.putToken({ ...token, tokenHash: 't' }))
      const prune = () => storage().transaction(at(minute), (tx) => tx.accounts.prune({ limit: 2 }))
      expect([await prune(), await prune(), await prune()]).toEqual([3, 1, 0])
      expect(await find('stays')).toBeDefined()
    })
  })
}
