import type { Commerce, CommerceOptions } from '@cartwright/core'
import { memoryLiveCarts } from '@cartwright/testing'
import { describe, expect, test } from 'vitest'
import { testShop } from '../../test/test-shop.ts'

const ada = { type: 'customer', customerId: 'ada' } as const

async function shopWithList(options: Partial<CommerceOptions> = {}) {
  const { commerce } = await testShop(options)
  const { id: wishListId } = await commerce.wishLists.create({ actor: ada, name: 'Kitchen' })
  for (const sku of ['MUG', 'TEE-S', 'FREE']) await commerce.wishLists.addItem({ actor: ada, wishListId, sku })
  const { cart } = await commerce.carts.create({ actor: ada })
  return { commerce, mine: { actor: ada, wishListId }, cartId: cart.id }
}

const linesOf = ({ lines }: Awaited<ReturnType<Commerce['carts']['get']>>) => lines.map(({ sku, quantity }) => [sku, quantity])

async function left(commerce: Commerce, mine: Parameters<Commerce['wishLists']['get']>[0]) {
  return (await commerce.wishLists.get(mine)).items.map(({ sku }) => sku)
}

describe('moving wishes to a cart', () => {
  test('takes one of each that can be had, and says why the others stay', async () => {
    const { commerce, mine, cartId } = await shopWithList()
    await commerce.inventory.adjust({ sku: 'FREE', by: -3, reason: 'damaged' })
    await commerce.catalog.archive({ productId: (await commerce.catalog.get({ handle: 'tee' })).id })
    const { cart, moved, problems } = await commerce.wishLists.moveToCart({ ...mine, cartId })
    expect([linesOf(cart), moved]).toEqual([[['MUG', 1]], ['MUG']])
    expect(problems).toEqual([
      { type: 'unavailable', sku: 'TEE-S' },
      { type: 'insufficient', sku: 'FREE', requested: 1, available: 0 },
    ])
    expect(await left(commerce, mine)).toEqual(['TEE-S', 'FREE'])
    await commerce.close()
  })

  test('takes those that are named; what the cart has keeps its quantity', async () => {
    const { commerce, mine, cartId } = await shopWithList()
    await commerce.carts.addLine({ actor: ada, cartId, sku: 'TEE-S', quantity: 3 })
    const { cart, moved } = await commerce.wishLists.moveToCart({ ...mine, cartId, skus: ['TEE-S', 'MUG', 'NOTHING'] })
    expect([linesOf(cart), moved]).toEqual([
      [
        ['TEE-S', 3],
        ['MUG', 1],
      ],
      ['MUG', 'TEE-S'],
    ])
    expect(await left(commerce, mine)).toEqual(['FREE'])
    await commerce.close()
  })

  test.each([
    ['in the database', {}],
    ['in a live store', { carts: memoryLiveCarts() }],
  ])('puts nothing in twice, however many do it at once, into a cart %s', async (_where, options) => {
    const { commerce, mine, cartId } = await shopWithList(options)
    await Promise.all(Array.from({ length: 4 }, () => commerce.wishLists.moveToCart({ ...mine, cartId })))
    const { cart, moved, problems } = await commerce.wishLists.moveToCart({ ...mine, cartId })
    expect(linesOf(cart).sort()).toEqual([
      ['FREE', 1],
      ['MUG', 1],
      ['TEE-S', 1],
    ])
    expect([moved, problems, await left(commerce, mine)]).toEqual([[], [], []])
    await commerce.close()
  })

  test('leaves the list as it is when the cart refuses', async () => {
    const { commerce, mine, cartId } = await shopWithList({ limits: { maxLines: 2 } })
    await expect(commerce.wishLists.moveToCart({ ...mine, cartId })).rejects.toMatchObject({ code: 'CART_LIMIT', details: { limit: 'maxLines', max: 2 } })
    expect([linesOf(await commerce.carts.get({ actor: ada, cartId })), await left(commerce, mine)]).toEqual([[], ['MUG', 'TEE-S', 'FREE']])
    const { cart: others } = await commerce.carts.create()
    await expect(commerce.wishLists.moveToCart({ ...mine, cartId: others.id })).rejects.toMatchObject({ code: 'NOT_FOUND', details: { object: 'cart' } })
    await commerce.close()
  })
})
