import { describe, expect, it } from 'vitest'
import { at, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { anAccount, anEntry, aWallet, balance, creditsOf, customer, funded, ledger, orderWithCredit, redeem } from './stored-credit.ts'

export function orderCreditBehaviour(options: StorageSuiteOptions): void {
  describe('what credit pays of an order', () => {
    const storage = testStorage(options)
    const giveBack = (order: Awaited<ReturnType<typeof orderWithCredit>>, account: ReturnType<typeof anAccount>, amountMinor: number) =>
      storage().transaction(at(0), (tx) => tx.credit.giveBack({ orderId: order.id, accountId: account.id, amountMinor }))

    it('is taken with its entry and its part of the order', async () => {
      const [card, wallet] = [await funded(storage(), 100), await funded(storage(), 50, aWallet('customer-1'))]
      const order = await orderWithCredit(storage(), 110)
      expect(await redeem(storage(), order, card, 100)).toBe('redeemed')
      expect(await redeem(storage(), order, wallet, 10, { position: 1 })).toBe('redeemed')
      expect([await balance(storage(), card), await balance(storage(), wallet)]).toEqual([0, 40])
      expect(await creditsOf(storage(), order.id)).toEqual([
        { orderId: order.id, accountId: card.id, kind: 'gift_card', lastFour: 'K7QX', position: 0, amountMinor: 100, returnedMinor: 0 },
        { orderId: order.id, accountId: wallet.id, kind: 'store_credit', lastFour: null, position: 1, amountMinor: 10, returnedMinor: 0 },
      ])
      const entries = await storage().snapshot(at(0), ({ credit }) => credit.entriesOfOrder({ orderId: order.id }), { fresh: true })
      expect(entries.map(({ amountMinor }) => amountMinor).sort((a, b) => a - b)).toEqual([-100, -10])
    })

    it('is not taken from an account that has less, is disabled, has expired, or is of another currency or customer', async () => {
      const order = await orderWithCredit(storage(), 10)
      const accounts = [
        await funded(storage(), 9),
        await funded(storage(), 10, anAccount({ status: 'disabled' })),
        await funded(storage(), 10, anAccount({ expiresAt: moment(5) })),
        await funded(storage(), 10, anAccount({ currency: 'EUR' })),
        await funded(storage(), 10, aWallet('bob')),
      ]
      for (const account of accounts) {
        expect(await redeem(storage(), order, account, 10, { now: at(5) })).toBe('refused')
        expect(await balance(storage(), account)).toBe(await ledger(storage(), account))
      }
      expect(await redeem(storage(), order, anAccount(), 10)).toBe('refused')
      expect(await creditsOf(storage(), order.id)).toEqual([])
      expect(await redeem(storage(), order, accounts[2] ?? anAccount(), 10, { now: at(4) })).toBe('redeemed')
    })

    it('is no store credit for a guest', async () => {
      const wallet = await funded(storage(), 10, aWallet('customer-1'))
      const order = await orderWithCredit(storage(), 10)
      expect(await redeem(storage(), order, wallet, 10, { customerId: null })).toBe('refused')
      expect(await redeem(storage(), order, wallet, 10, { customerId: customer('customer-1') })).toBe('redeemed')
    })

    it('is given back once, in parts', async () => {
      const card = await funded(storage(), 100)
      const order = await orderWithCredit(storage(), 100)
      await redeem(storage(), order, card, 100)
      expect(await giveBack(order, card, 60)).toBe('given')
      expect(await giveBack(order, card, 60)).toBe('exceeds')
      expect(await creditsOf(storage(), order.id)).toMatchObject([{ returnedMinor: 60 }])
      expect(await giveBack(order, card, 40)).toBe('given')
      expect(await giveBack(order, anAccount(), 1)).toBe('exceeds')
    })

    it('is given back to one of sixteen', async () => {
      const card = await funded(storage(), 100)
      const order = await orderWithCredit(storage(), 100)
      await redeem(storage(), order, card, 100)
      const given = await Promise.all(Array.from({ length: 16 }, () => giveBack(order, card, 60)))
      expect(given.filter((outcome) => outcome === 'given')).toHaveLength(1)
    })

    it('is taken again when all of it was given back, and is there', async () => {
      const card = await funded(storage(), 100)
      const order = await orderWithCredit(storage(), 60)
      await redeem(storage(), order, card, 60)
      const again = () => redeem(storage(), order, card, 60, { position: null })
      expect(await again()).toBe('refused')
      await giveBack(order, card, 60)
      await storage().transaction(at(0), (tx) => tx.credit.post({ entry: anEntry(card, 60, { change: 'release', orderId: order.id }) }))
      expect(await again()).toBe('redeemed')
      expect(await creditsOf(storage(), order.id)).toMatchObject([{ amountMinor: 60, returnedMinor: 0 }])
      expect([await balance(storage(), card), await ledger(storage(), card)]).toEqual([40, 40])
    })

    it('is never more than there is, when orders meet at two accounts from either end', async () => {
      const [one, two] = [await funded(storage(), 70), await funded(storage(), 70)]
      const other = await storage.another()
      const orders = await Promise.all(Array.from({ length: 8 }, () => orderWithCredit(storage(), 60)))
      const outcomes = await Promise.all(
        orders.map((order, index) =>
          (index % 2 === 0 ? storage() : other)
            .transaction(at(0), async (tx) => {
              // Locks are taken in the order of ids, whatever is asked.
              await tx.credit.lock({ accountIds: index % 2 === 0 ? [one.id, two.id] : [two.id, one.id] })
              for (const [position, account] of [one, two].entries()) {
                const entry = anEntry(account, -30, { change: 'redeem', orderId: order.id })
                const taken = await tx.credit.redeem({ orderId: order.id, position, entry, currency: 'USD', customerId: order.customerId })
                if (taken === 'refused') throw new Error('short')
              }
            })
            .then(() => 'taken', String),
        ),
      )
      expect(outcomes.filter((outcome) => outcome === 'taken')).toHaveLength(2)
      expect(outcomes.filter((outcome) => outcome === 'Error: short')).toHaveLength(6)
      expect([await balance(storage(), one), await balance(storage(), two)]).toEqual([10, 10])
    })
  })
}
