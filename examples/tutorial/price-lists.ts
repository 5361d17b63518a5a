import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce } from '@cartwright/core'
import { fakePayments } from '@cartwright/testing'

const commerce = await createCommerce({ storage: sqliteStorage({ file: process.argv[2] ?? 'prices.db' }), currency: 'EUR', payments: [fakePayments()] })
const prices = [{ currency: 'EUR', amountMinor: 12_50 }]
await commerce.catalog.upsertMany({ products: [{ handle: 'mug', title: 'Mug', variants: [{ sku: 'MUG', prices, stock: [{ quantity: 500 }] }] }] })

// #region list
const staff = { type: 'admin', id: 'grace' } as const
await commerce.prices.save({ actor: staff, code: 'trade', name: 'Trade', currency: 'EUR', groups: ['trade'] })
const { unknownSkus } = await commerce.prices.setPrices({
  actor: staff,
  code: 'trade',
  prices: [
    { sku: 'MUG', amountMinor: 10_00 },
    { sku: 'MUG', minQuantity: 50, amountMinor: 8_50 },
    { sku: 'MGU', amountMinor: 1 },
  ],
})
console.log(`no such SKU: ${unknownSkus.join(', ')}`)
// #endregion list

// #region group
const ada = { type: 'customer', customerId: 'ada' } as const
await commerce.customers.setGroups({ actor: staff, customerId: 'ada', groups: ['trade'] })
// #endregion group

// #region show
const [mug] = await commerce.prices.for({ actor: ada, skus: ['MUG'] })
for (const { minQuantity, amountMinor } of mug?.steps ?? []) console.log(`from ${minQuantity}: ${amountMinor} instead of ${mug?.regularMinor}`)
// #endregion show

// #region cart
const { cart } = await commerce.carts.create({ actor: ada })
const filled = await commerce.carts.addLine({ actor: ada, cartId: cart.id, sku: 'MUG', quantity: 60 })
console.log(`${filled.lines[0]?.unitMinor} by ${filled.lines[0]?.priceList}: ${filled.subtotalMinor}`)
// #endregion cart

// #region sale
const startsAt = new Date('2020-11-27T00:00:00Z')
const endsAt = new Date('2199-11-28T00:00:00Z')
await commerce.prices.save({ actor: staff, code: 'sale', name: 'Sale', currency: 'EUR', priority: 10, startsAt, endsAt })
await commerce.prices.setPrices({ actor: staff, code: 'sale', prices: [{ sku: 'MUG', amountMinor: 8_00 }] })
const { lines } = await commerce.carts.get({ actor: ada, cartId: cart.id })
console.log(`${lines[0]?.unitMinor} by ${lines[0]?.priceList}; ${lines[0]?.problems.map(({ type }) => type).join()}`)
// #endregion sale

await commerce.close()
