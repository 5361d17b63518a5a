import { postgresStorage } from '@cartwright/adapters-postgres'
import { createCommerce } from '@cartwright/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { migratedDatabase, onServer } from '../../packages/adapters-postgres/test/scratch-database.ts'
import { unknown } from '../../packages/core/test/faulty-shop.ts'
import { expectSound, placeWith, quotedCart, staff, stockOf, testShop } from '../../packages/core/test/test-shop.ts'

/** A shop on Postgres that two processes' worth of connections keep open, and into which `spoil` writes behind its back. */
async function spoiltShop() {
  const database = await migratedDatabase()
  const storages = [postgresStorage({ url: database.url }), postgresStorage({ url: database.url })] as const
  const shop = await testShop({ storage: storages[0] })
  const other = await createCommerce({ storage: storages[1], currency: 'USD', payments: [shop.bank], clock: shop.clock })
  onTestFinished(async () => {
    await other.close()
    await shop.commerce.close()
    for (const storage of storages) await storage.close()
    await database.drop()
  })
  const both = [shop.commerce, other] as const
  /** Six repairs at once, three from either side. */
  const repairing = () => Promise.all([...both, ...both, ...both].map((commerce) => commerce.audit.repair({ graceMs: 0 })))
  return { ...shop, both, repairing, spoil: (...statements: readonly string[]) => onServer(database.url, ...statements) }
}

describe('repairs that race on Postgres', () => {
  it('mend a counter while the shop goes on selling, without a unit or a cent astray', async () => {
    const { commerce, both, repairing, spoil } = await spoiltShop()
    await spoil("UPDATE stock_levels SET reserved = 3 WHERE sku = 'MUG'")
    const carts = await Promise.all(Array.from({ length: 12 }, () => quotedCart(commerce, { MUG: 1 })))
    const buying = carts.map((cart, index) =>
      placeWith(both[index % 2 === 0 ? 0 : 1], cart, 'card_ok', `k-${index}`).then(
        ({ outcome }) => outcome,
        () => 'refused',
      ),
    )
    const [outcomes] = await Promise.all([Promise.all(buying), repairing()])
    await commerce.audit.repair({ graceMs: 0 })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: outcomes.filter((outcome) => outcome === 'confirmed').length })
    await expectSound(commerce)
  })

  it('send money back once that nobody sent back, and end holds whose time was up once', async () => {
    const { commerce, bank, clock, repairing, spoil } = await spoiltShop()
    const { order } = await placeWith(commerce, await quotedCart(commerce, { MUG: 2 }), 'card_ok', 'paid')
    await commerce.inventory.reserve({ claims: [{ sku: 'TEE-S', quantity: 1 }], holder: { type: 'external', id: 'a fair' } })
    const { refund } = bank
    Object.assign(bank, { refund: unknown })
    await commerce.checkout.cancel({ actor: staff, orderId: order.id })
    Object.assign(bank, { refund })
    await spoil('DELETE FROM refunds')
    clock.advance(2 * 3_600_000)
    const mended = (await repairing()).flatMap(({ repaired }) => repaired).filter(({ outcome }) => outcome === 'mended')
    expect(mended.filter(({ check }) => check === 'I7')).toHaveLength(1)
    // Of a hold that two see ending, both may say that it is over.
    expect(new Set(mended.filter(({ check }) => check === 'I14').map(({ offender }) => offender.reservationId)).size).toBe(1)
    await commerce.worker.runOnce({ jobs: ['refunds'] })
    expect(bank.ledger.refunds()).toMatchObject([{ status: 'succeeded', amount: { amountMinor: 2500 } }])
    expect([await stockOf(commerce, 'MUG'), await stockOf(commerce, 'TEE-S')]).toEqual([
      { onHand: 10, reserved: 0 },
      { onHand: 5, reserved: 0 },
    ])
    await expectSound(commerce)
  })
})
