import type { Commerce } from '@cartwright/core'
import { describe, expect, test } from 'vitest'
import { staff, testShop } from '../../test/test-shop.ts'
import { maxWishLists } from './wish-list.ts'

const ada = { type: 'customer', customerId: 'ada' } as const
const ben = { type: 'customer', customerId: 'ben' } as const
const guest = { type: 'guest', token: 'a-token-of-a-guest-of-ours' } as const

const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  )

async function listed(commerce: Commerce, ...skus: readonly string[]) {
  const { id: wishListId } = await commerce.wishLists.create({ actor: ada, name: 'Kitchen' })
  for (const sku of skus) await commerce.wishLists.addItem({ actor: ada, wishListId, sku })
  return { actor: ada, wishListId }
}

describe('a wish list', () => {
  test('is made, called otherwise, filled, emptied and deleted by its customer', async () => {
    const { commerce } = await testShop()
    const { wishLists } = commerce
    const mine = await listed(commerce, 'TEE-S', 'MUG')
    expect(await wishLists.addItem({ ...mine, sku: 'MUG', note: 'the blue one' })).toMatchObject({
      items: [
        { sku: 'TEE-S', note: null },
        { sku: 'MUG', note: 'the blue one' },
      ],
    })
    expect((await wishLists.addItem({ ...mine, sku: 'MUG' })).items[1]).toMatchObject({ note: 'the blue one' })
    expect(await wishLists.rename({ ...mine, name: 'Home' })).toMatchObject({ name: 'Home' })
    expect((await wishLists.removeItem({ ...mine, sku: 'TEE-S' })).items).toHaveLength(1)
    expect((await wishLists.removeItem({ ...mine, sku: 'TEE-S' })).items).toHaveLength(1)
    expect(await wishLists.list({ actor: ada })).toMatchObject([{ id: mine.wishListId, name: 'Home', items: 1, shared: null }])
    expect(await wishLists.list({ actor: staff, customerId: 'ada' })).toHaveLength(1)
    await wishLists.delete(mine)
    expect(await wishLists.list({ actor: ada })).toEqual([])
    expect(await codeOf(wishLists.delete(mine))).toBe('NOT_FOUND')
    await commerce.close()
  })

  test('is nobody else’s: a foreign one and a missing one look the same, and guests have none', async () => {
    const { commerce } = await testShop()
    const { wishLists } = commerce
    const { wishListId } = await listed(commerce, 'MUG')
    const { cart } = await commerce.carts.create({ actor: ben })
    const missing = '018f0000-0000-7000-8000-000000000000'
    const calls = (actor: Parameters<typeof wishLists.get>[0]['actor'], id: string) => [
      wishLists.get({ actor, wishListId: id }),
      wishLists.rename({ actor, wishListId: id, name: 'x' }),
      wishLists.addItem({ actor, wishListId: id, sku: 'MUG' }),
      wishLists.removeItem({ actor, wishListId: id, sku: 'MUG' }),
      wishLists.moveToCart({ actor, wishListId: id, cartId: cart.id }),
      wishLists.share({ actor, wishListId: id }),
      wishLists.unshare({ actor, wishListId: id }),
      wishLists.delete({ actor, wishListId: id }),
    ]
    const refusals = async (...args: Parameters<typeof calls>) => new Set(await Promise.all(calls(...args).map((call) => call.catch((error) => error.message))))
    expect([...(await refusals(ben, wishListId))]).toEqual(['No such object for this actor. (object: wish list)'])
    expect(await refusals(ben, missing)).toEqual(await refusals(ben, wishListId))
    expect(await Promise.all(calls(guest, wishListId).map(codeOf))).toEqual(new Array(8).fill('FORBIDDEN'))
    expect(await codeOf(wishLists.create({ actor: guest, name: 'x' }))).toBe('FORBIDDEN')
    expect((await wishLists.get({ actor: ada, wishListId })).items).toHaveLength(1)
    await commerce.close()
  })

  test(`is one of ${maxWishLists} at most`, async () => {
    const { commerce } = await testShop()
    const create = () => commerce.wishLists.create({ actor: ada, name: 'Another' })
    const made = await Promise.all(Array.from({ length: maxWishLists + 2 }, () => codeOf(create())))
    expect(made.filter((code) => code === 'WISH_LIST_LIMIT')).toHaveLength(2)
    await expect(create()).rejects.toMatchObject({ details: { limit: 'maxLists', max: maxWishLists } })
    await commerce.close()
  })

  test('takes what is on sale, sold out or not, and goes on showing what is not any more', async () => {
    const { commerce } = await testShop()
    const mine = await listed(commerce, 'MUG', 'TEE-S')
    expect(await codeOf(commerce.wishLists.addItem({ ...mine, sku: 'NOTHING' }))).toBe('PRODUCT_UNAVAILABLE')
    await commerce.inventory.adjust({ sku: 'FREE', by: -3, reason: 'damaged' })
    await commerce.wishLists.addItem({ ...mine, sku: 'FREE' })
    await commerce.catalog.archive({ productId: (await commerce.catalog.get({ handle: 'mug' })).id })
    expect(await codeOf(commerce.wishLists.addItem({ ...mine, sku: 'MUG', note: 'again' }))).toBe('PRODUCT_UNAVAILABLE')
    expect((await commerce.wishLists.get(mine)).items).toMatchObject([
      { sku: 'MUG', title: 'Stoneware mug', unitMinor: null, inStock: false, problems: [{ type: 'unavailable' }] },
      { sku: 'TEE-S', handle: 'tee', options: { Size: 'S' }, unitMinor: 2000, inStock: true, problems: [] },
      { sku: 'FREE', unitMinor: 0, inStock: false, problems: [{ type: 'insufficient', requested: 1, available: 0 }] },
    ])
    await commerce.close()
  })

  test('is priced for its customer, and shows a bundle short when a part of it is', async () => {
    const { commerce } = await testShop()
    const variant = { sku: 'SET', prices: [{ currency: 'USD', amountMinor: 3000 }], components: [{ sku: 'MUG', quantity: 2 }] }
    await commerce.catalog.upsertMany({ products: [{ handle: 'set', title: 'Set', variants: [variant] }] })
    await commerce.customers.setGroups({ actor: staff, customerId: 'ada', groups: ['club'] })
    const prices = [{ sku: 'MUG', minQuantity: 1, amountMinor: 1000 }]
    await commerce.prices.save({ actor: staff, code: 'club', name: 'Club', currency: 'USD', groups: ['club'] })
    await commerce.prices.setPrices({ actor: staff, code: 'club', prices })
    const mine = await listed(commerce, 'MUG', 'SET')
    const seen = async () =>
      (await commerce.wishLists.get(mine)).items.map(({ unitMinor, regularMinor, priceList, inStock }) => [unitMinor, regularMinor, priceList, inStock])
    expect(await seen()).toEqual([
      [1000, 1250, 'club', true],
      [3000, 3000, null, true],
    ])
    await commerce.inventory.adjust({ sku: 'MUG', by: -9, reason: 'damaged' })
    expect((await seen()).map((wish) => wish[3])).toEqual([true, false])
    expect((await commerce.wishLists.get({ ...mine, currency: 'EUR' })).items.map(({ unitMinor }) => unitMinor)).toEqual([null, null])
    await commerce.close()
  })
})

describe('sharing a list', () => {
  test('shows it to whoever has the token, at their own prices, and says nothing of whose it is', async () => {
    const { commerce } = await testShop()
    const { wishLists } = commerce
    await commerce.customers.setGroups({ actor: staff, customerId: 'ada', groups: ['club'] })
    await commerce.prices.save({ actor: staff, code: 'club', name: 'Club', currency: 'USD', groups: ['club'] })
    await commerce.prices.setPrices({ actor: staff, code: 'club', prices: [{ sku: 'MUG', minQuantity: 1, amountMinor: 1000 }] })
    const mine = await listed(commerce, 'MUG')
    await wishLists.addItem({ ...mine, sku: 'MUG', note: 'a canary' })
    const { token, wishList } = await wishLists.share(mine)
    expect(token).toMatch(/^[\w-]{43}$/)
    expect(wishList.shared).toMatchObject({ notes: false })
    const shown = await wishLists.getShared({ token })
    expect(Object.keys(shown).sort()).toEqual(['currency', 'items', 'name'])
    expect(shown).toMatchObject({ name: 'Kitchen', items: [{ sku: 'MUG', note: null, unitMinor: 1250, priceList: null, inStock: true }] })
    expect(JSON.stringify(shown)).not.toMatch(/ada|canary/)
    expect((await wishLists.getShared({ token, actor: ben })).items).toMatchObject([{ unitMinor: 1250 }])
    expect((await wishLists.getShared({ token, actor: ada })).items).toMatchObject([{ unitMinor: 1000 }])
    const { token: another } = await wishLists.share({ ...mine, notes: true })
    expect(await codeOf(wishLists.getShared({ token }))).toBe('NOT_FOUND')
    expect((await wishLists.getShared({ token: another, actor: guest })).items).toMatchObject([{ note: 'a canary' }])
    await wishLists.unshare(mine)
    expect(await codeOf(wishLists.getShared({ token: another }))).toBe('NOT_FOUND')
    expect((await wishLists.unshare(mine)).shared).toBeNull()
    await commerce.close()
  })
})

describe('a person', () => {
  test('gets their lists with everything else, and they are gone with the person', async () => {
    const { commerce } = await testShop()
    const mine = await listed(commerce, 'MUG')
    const { token } = await commerce.wishLists.share(mine)
    const exported = await commerce.customers.export({ actor: ada })
    expect(exported.wishLists).toMatchObject([{ name: 'Kitchen', items: [{ sku: 'MUG' }], shared: { notes: false } }])
    expect(JSON.stringify(exported)).not.toMatch(/hash/i)
    await commerce.customers.erase({ actor: ada })
    expect(await codeOf(commerce.wishLists.getShared({ token }))).toBe('NOT_FOUND')
    expect((await commerce.customers.export({ actor: ada })).wishLists).toEqual([])
    await commerce.close()
  })
})
