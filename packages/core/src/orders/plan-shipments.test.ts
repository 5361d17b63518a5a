import { expect, test } from 'vitest'
import { expectSound, placeWith, quotedCart, staff, testShop } from '../../test/test-shop.ts'

/** An order of three mugs, one of them in the north, two tees of which one is on backorder, and a guide to read. */
async function spreadOrder() {
  const shop = await testShop()
  const { catalog, inventory } = shop.commerce
  await inventory.ensureLocation({ code: 'north', priority: 1 })
  await inventory.adjust({ sku: 'MUG', to: 2, reason: 'counted' })
  await inventory.adjust({ sku: 'MUG', location: 'north', to: 1, reason: 'counted' })
  const prices = [{ currency: 'USD', amountMinor: 700 }]
  await catalog.upsertMany({ products: [{ handle: 'hat', title: 'Hat', variants: [{ sku: 'HAT', prices, stock: [{ quantity: 1 }], backorder: 'allow' }] }] })
  const { order } = await placeWith(shop.commerce, await quotedCart(shop.commerce, { MUG: 3, HAT: 2, PDF: 1 }), 'card_ok', 'k')
  const plan = () => shop.commerce.orders.planShipments({ actor: staff, orderId: order.id })
  return { ...shop, order, plan }
}

const named = (lines: readonly { readonly sku: string; readonly quantity: number }[]) => lines.map(({ sku, quantity }) => `${quantity} ${sku}`).sort()

test('a parcel is planned for each location that holds units, and what has not come waits', async () => {
  const { plan } = await spreadOrder()
  const { parcels, waiting } = await plan()
  expect(parcels.map(({ location, lines }) => [location, named(lines)])).toEqual([
    ['main', ['1 HAT', '2 MUG']],
    ['north', ['1 MUG']],
    [null, ['1 PDF']],
  ])
  expect(named(waiting)).toEqual(['1 HAT'])
})

test('each planned parcel can be sent from its location, and with the last one the order is shipped', async () => {
  const { commerce, order, plan } = await spreadOrder()
  const first = await plan()
  const north = first.parcels.find(({ location }) => location === 'north')
  if (north === undefined) throw new Error('there is one')
  const linesOf = ({ lines }: { lines: readonly { orderLineId: string; quantity: number }[] }) =>
    lines.map(({ orderLineId, quantity }) => ({ orderLineId, quantity }))
  await commerce.orders.fulfil({ actor: staff, orderId: order.id, location: 'north', lines: linesOf(north) })
  const levels = async () => (await commerce.inventory.levels({ skus: ['MUG'] })).map(({ onHand, reserved }) => [onHand, reserved]).sort()
  expect(await levels()).toEqual([
    [0, 0],
    [2, 2],
  ])
  const again = { actor: staff, orderId: order.id, location: 'north', lines: linesOf(north) }
  await expect(commerce.orders.fulfil(again)).rejects.toMatchObject({ code: 'OUT_OF_STOCK', details: { sku: 'MUG', available: 0 } })
  await expect(commerce.orders.fulfil({ ...again, location: 'mars' })).rejects.toMatchObject({ code: 'NOT_FOUND' })

  await commerce.inventory.adjust({ sku: 'HAT', by: 5, reason: 'received' })
  const rest = await plan()
  expect(rest.parcels.map(({ location }) => location)).toEqual(['main', null])
  for (const parcel of rest.parcels) {
    const from = parcel.location === null ? {} : { location: parcel.location }
    await commerce.orders.fulfil({ actor: staff, orderId: order.id, ...from, lines: linesOf(parcel) })
  }
  for (const { orderLineId, quantity } of (await plan()).waiting)
    await commerce.orders.fulfil({ actor: staff, orderId: order.id, lines: [{ orderLineId, quantity }] })
  expect(await plan()).toEqual({ parcels: [], waiting: [] })
  for (const { id } of await commerce.orders.fulfilments({ actor: staff, orderId: order.id })) await commerce.orders.deliver({ actor: staff, fulfilmentId: id })
  expect(await commerce.orders.get({ actor: staff, id: order.id })).toMatchObject({ displayStatus: 'delivered' })
  await expectSound(commerce)
})

test('only staff plan', async () => {
  const { commerce, order } = await spreadOrder()
  const actor = { type: 'customer', customerId: 'eve' } as const
  await expect(commerce.orders.planShipments({ actor, orderId: order.id })).rejects.toMatchObject({ code: 'FORBIDDEN' })
})

test('a bundle goes in the parcel of a location that holds all of its parts; one whose parts lie apart waits', async () => {
  const { commerce } = await testShop()
  const { catalog, inventory } = commerce
  await inventory.ensureLocation({ code: 'north', priority: 1 })
  const prices = [{ currency: 'USD', amountMinor: 700 }]
  const part = (sku: string) => ({ handle: sku.toLowerCase(), title: sku, variants: [{ sku, prices }] })
  await catalog.upsertMany({ products: [part('POT'), part('LID')] })
  await catalog.upsertMany({
    products: [
      {
        handle: 'set',
        title: 'Set',
        variants: [
          {
            sku: 'SET',
            prices,
            components: [
              { sku: 'POT', quantity: 2 },
              { sku: 'LID', quantity: 1 },
            ],
          },
        ],
      },
    ],
  })
  for (const [sku, location, to] of [
    ['POT', 'main', 3],
    ['LID', 'main', 1],
    ['POT', 'north', 1],
    ['LID', 'north', 1],
  ] as const)
    await inventory.adjust({ sku, location, to, reason: 'counted' })
  const { order } = await placeWith(commerce, await quotedCart(commerce, { SET: 2 }), 'card_ok', 'k')
  const { parcels, waiting } = await commerce.orders.planShipments({ actor: staff, orderId: order.id })
  expect(parcels.map(({ location, lines }) => [location, named(lines)])).toEqual([['main', ['1 SET']]])
  expect(named(waiting)).toEqual(['1 SET'])
  await expectSound(commerce)
})
