import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce } from '@cartwright/core'
import { beforeAll, expect, test } from 'vitest'
import { cartwright, cartwrightJson, temporaryFolder } from './command.ts'

const folder = temporaryFolder()
const db = ['--db', 'sqlite:./shop.db']
const home = { name: 'Ada Buyer', line1: '1 Quay Street', city: 'Bristol', postalCode: 'BS1 4DJ', country: 'GB' }
const actor = { type: 'customer', customerId: 'ada' } as const

/** A customer with an address and an order that is paid and not sent. */
beforeAll(async () => {
  const commerce = await createCommerce({ storage: sqliteStorage({ file: join(folder, 'shop.db') }), currency: 'USD' })
  const leaflet = { sku: 'LEAFLET', prices: [{ currency: 'USD', amountMinor: 0 }], stock: [{ quantity: 5 }] }
  await commerce.catalog.upsertMany({ products: [{ handle: 'leaflet', title: 'Leaflet', variants: [leaflet] }] })
  await commerce.customers.update({ actor: { type: 'system' }, customerId: 'ada', name: 'Ada Buyer', email: 'ada@example.com', emailVerified: true })
  await commerce.customers.setGroups({ actor: { type: 'system' }, customerId: 'ada', groups: ['wholesale', 'b2b'] })
  await commerce.customers.update({ actor: { type: 'customer', customerId: 'bob' }, name: 'Bob' })
  const { id: addressId } = await commerce.customers.putAddress({ actor, address: home })
  const { cart } = await commerce.carts.create({ actor })
  await commerce.carts.addLine({ actor, cartId: cart.id, sku: 'LEAFLET', quantity: 1 })
  const quote = await commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress: { addressId }, shippingMethod: 'standard' })
  await commerce.checkout.place({ actor, cartId: cart.id, expectedTotal: quote.total, email: 'ada@example.com', idempotencyKey: 'k' })
  await commerce.close()
})

test('are listed, newest first, and shown by id or address of mail', async () => {
  const { value } = await cartwrightJson<{ items: { id: string }[]; next: string | null }>(folder, ['customers', 'list', '--limit', '1', ...db])
  const rest = await cartwrightJson<{ items: { id: string }[] }>(folder, ['customers', 'list', '--after', value.next ?? '', ...db])
  expect([...value.items, ...rest.value.items].map(({ id }) => id)).toEqual(['bob', 'ada'])
  const { stdout } = await cartwright(folder, ['customers', 'show', 'ADA@example.com', ...db])
  expect(stdout).toMatch(
    /Ada Buyer\nada@example.com, confirmed .*\nin b2b, wholesale\n[\s\S]*1 Quay Street, Bristol, BS1 4DJ, GB \(default for shipping and billing\)[\s\S]*confirmed {2}0.00 USD/,
  )
  const unknown = await cartwright(folder, ['customers', 'show', 'nobody@example.com', ...db])
  expect([unknown.exitCode, unknown.stderr]).toEqual([1, expect.stringContaining('cartwright customers list')])
})

test('are exported to a new file that others cannot read', async () => {
  const { exitCode } = await cartwright(folder, ['customers', 'export', 'ada', '--output', 'ada.json', ...db])
  expect(exitCode).toBe(0)
  expect(statSync(join(folder, 'ada.json')).mode & 0o077).toBe(0)
  const written = JSON.parse(readFileSync(join(folder, 'ada.json'), 'utf8'))
  expect(written).toMatchObject({ profile: { name: 'Ada Buyer' }, addresses: [{ address: home }], orders: [{ email: 'ada@example.com' }] })
  expect((await cartwright(folder, ['customers', 'export', 'ada', '--output', 'ada.json', ...db])).exitCode).toBe(1)
})

test('are erased only when that is confirmed, and forced where an order is not sent', async () => {
  const erase = (...more: readonly string[]) => cartwrightJson<Record<string, unknown>>(folder, ['customers', 'erase', 'ada@example.com', ...more, ...db])
  expect(await erase()).toMatchObject({ exitCode: 1, value: { customerId: 'ada', erased: false, orders: 1, addresses: 1 } })
  const busy = await cartwright(folder, ['customers', 'erase', 'ada', '--yes', ...db])
  expect([busy.exitCode, busy.stderr]).toEqual([1, expect.stringMatching(/CUSTOMER_BUSY[\s\S]*--force/)])
  expect(await erase('--yes', '--force')).toMatchObject({ exitCode: 0, value: { customerId: 'ada', erased: true, orders: 1 } })
  const { value } = await cartwrightJson<{ profile: unknown; orders: unknown[] }>(folder, ['customers', 'export', 'ada', ...db])
  expect(value).toMatchObject({ profile: null, orders: [] })
})
