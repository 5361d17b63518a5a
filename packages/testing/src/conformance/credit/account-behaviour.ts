import type { StorageSnapshot } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { ids } from '../fixtures.ts'
import { at, hour, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { accountOf, anAccount, anEntry, aWallet, balance, customer, funded, ledger, open, post } from './stored-credit.ts'

export function accountBehaviour(options: StorageSuiteOptions): void {
  describe('accounts', () => {
    const storage = testStorage(options)
    const read = <T>(work: (snapshot: StorageSnapshot) => Promise<T>) => storage().snapshot(at(0), work, { fresh: true })

    it('are found by id and by code, as they were written', async () => {
      const [card, wallet] = [anAccount({ expiresAt: moment(hour), status: 'disabled' }), aWallet('ada')]
      expect(await open(storage(), card)).toBe('opened')
      expect(await open(storage(), wallet)).toBe('opened')
      expect(await accountOf(storage(), card)).toEqual(card)
      expect(await accountOf(storage(), wallet)).toEqual(wallet)
      expect(await read(({ credit }) => credit.find({ key: { codeHash: card.codeHash ?? '' } }))).toEqual(card)
      expect(await read(({ credit }) => credit.find({ key: { codeHash: 'other' } }))).toBeUndefined()
      expect(await read(({ credit }) => credit.find({ key: { id: ids.next() } }))).toBeUndefined()
      expect(await read(({ credit }) => credit.giftCards({ codeHashes: ['other', card.codeHash ?? ''] }))).toEqual([card])
    })

    it('have a code, or a customer and currency, of their own', async () => {
      const [card, wallet] = [anAccount(), aWallet('ada')]
      await open(storage(), card)
      await open(storage(), wallet)
      expect(await open(storage(), anAccount({ codeHash: card.codeHash }))).toBe('exists')
      expect(await open(storage(), aWallet('ada'))).toBe('exists')
      const euros = aWallet('ada', { currency: 'EUR' })
      expect(await open(storage(), euros)).toBe('opened')
      expect(await open(storage(), aWallet('bob'))).toBe('opened')
      expect(await read(({ credit }) => credit.storeCredits({ customerId: customer('ada') }))).toEqual([euros, wallet])
      expect(await read(({ credit }) => credit.storeCredits({ customerId: customer('ada'), currency: 'USD' }))).toEqual([wallet])
    })

    it('of one customer are opened once by sixteen', async () => {
      const other = await storage.another()
      const opened = await Promise.all(Array.from({ length: 16 }, (_, index) => open(index % 2 === 0 ? storage() : other, aWallet('ada'))))
      expect(opened.filter((outcome) => outcome === 'opened')).toHaveLength(1)
    })

    it('are listed newest first, page by page, by kind and status', async () => {
      const cards = [0, 1, 2].map((index) => anAccount({ createdAt: moment(index), status: index === 1 ? 'disabled' : 'active' }))
      for (const account of [...cards, aWallet('ada')]) await open(storage(), account)
      const newest = cards.map(({ id }) => id).reverse()
      const first = await read(({ credit }) => credit.list({ kind: 'gift_card', limit: 2 }))
      const second = await read(({ credit }) => credit.list({ kind: 'gift_card', limit: 2, after: first.next ?? '' }))
      expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(newest)
      expect(second.next).toBe(null)
      expect((await read(({ credit }) => credit.list({ kind: 'gift_card', status: 'disabled', limit: 2 }))).items).toEqual([cards[1]])
      await expect(read(({ credit }) => credit.list({ kind: 'gift_card', limit: 2, after: 'x' }))).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    })

    it('are saved with status, expiry and note, unless somebody else was first', async () => {
      const card = await funded(storage(), 100)
      const stored = await accountOf(storage(), card)
      const after = { ...card, status: 'disabled', expiresAt: moment(hour), note: null, balanceMinor: 1, version: 3, updatedAt: moment(1) } as const
      const save = () => storage().transaction(at(0), (tx) => tx.credit.save({ account: after, expectedVersion: 2 }))
      expect(stored?.version).toBe(2)
      expect(await save()).toBe('saved')
      expect(await accountOf(storage(), card)).toEqual({ ...after, balanceMinor: 100 })
      expect(await save()).toBe('stale')
    })

    it('whose time has come and that have something left are due, the longest first', async () => {
      const [late, early, empty, never] = [
        anAccount({ expiresAt: moment(20) }),
        anAccount({ expiresAt: moment(10) }),
        anAccount({ expiresAt: moment(10) }),
        anAccount(),
      ]
      for (const account of [late, early, never]) await funded(storage(), 5, account)
      await open(storage(), empty)
      const due = async (ms: number) =>
        (await storage().snapshot(at(ms), ({ credit }) => credit.dueForExpiry({ limit: 9 }), { fresh: true })).map(({ id }) => id)
      expect(await due(9)).toEqual([])
      expect(await due(20)).toEqual([early.id, late.id])
    })
  })

  describe('a balance', () => {
    const storage = testStorage(options)

    it('is what its entries come to', async () => {
      const card = await funded(storage(), 100)
      expect(await post(storage(), anEntry(card, -30, { note: 'why' }), undefined, at(5))).toBe('posted')
      expect(await accountOf(storage(), card)).toMatchObject({ balanceMinor: 70, version: 3, updatedAt: moment(5) })
      const { items } = await storage().snapshot(at(0), ({ credit }) => credit.entries({ accountId: card.id, limit: 9 }), { fresh: true })
      expect(items).toMatchObject([
        { amountMinor: -30, note: 'why', actor: { type: 'admin', id: 'ops' } },
        { change: 'issue', amountMinor: 100 },
      ])
    })

    it('is never below nothing, nor more than can be counted; what is refused leaves no entry', async () => {
      const card = await funded(storage(), 100)
      expect(await post(storage(), anEntry(card, -101))).toBe('refused')
      expect(await post(storage(), anEntry(card, Number.MAX_SAFE_INTEGER))).toBe('refused')
      expect(await post(storage(), anEntry(anAccount(), 1))).toBe('refused')
      expect([await balance(storage(), card), await ledger(storage(), card)]).toEqual([100, 100])
    })

    it('is not moved twice for one reason', async () => {
      const card = await funded(storage(), 100)
      await post(storage(), anEntry(card, -10, { reference: 'once' }))
      await expect(post(storage(), anEntry(card, -10, { reference: 'once' }))).rejects.toMatchObject({ code: 'CONSTRAINT_VIOLATION' })
      expect(await balance(storage(), card)).toBe(90)
    })

    it('that comes back to an expired account can be spent until a given time; others keep theirs', async () => {
      const [old, young, eternal] = [anAccount({ expiresAt: moment(10) }), anAccount({ expiresAt: moment(30) }), anAccount()]
      for (const account of [old, young, eternal]) {
        await open(storage(), account)
        await post(storage(), anEntry(account, 5, { change: 'refund' }), moment(100), at(20))
      }
      expect(await accountOf(storage(), old)).toMatchObject({ balanceMinor: 5, expiresAt: moment(100) })
      expect(await accountOf(storage(), young)).toMatchObject({ expiresAt: moment(30) })
      expect(await accountOf(storage(), eternal)).toMatchObject({ expiresAt: null })
    })

    it('of 100 is taken in thirties by three of thirty-two', async () => {
      const card = await funded(storage(), 100)
      const other = await storage.another()
      const taken = await Promise.all(Array.from({ length: 32 }, (_, index) => post(index % 2 === 0 ? storage() : other, anEntry(card, -30))))
      expect(taken.filter((outcome) => outcome === 'posted')).toHaveLength(3)
      expect([await balance(storage(), card), await ledger(storage(), card)]).toEqual([10, 10])
    })
  })
}
