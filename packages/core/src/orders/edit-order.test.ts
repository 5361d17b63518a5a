import type { Address, ShippingRates, TaxCalculator } from '@cartwright/core'
import { describe, expect, test } from 'vitest'
import { address, expectSound, placeWith, quotedCart, staff, stockOf, testShop } from '../../test/test-shop.ts'

const moved: Address = { name: 'Ada Lovelace', line1: '6 Ashley Combe', city: 'Porlock', postalCode: 'TA24 8LD', country: 'GB' }

/** 5.00 within Britain, 12.00 to France, nowhere else. */
const shipping: ShippingRates = {
  rates: async ({ shippingAddress: { country } }) =>
    country === 'GB' || country === 'FR' ? [{ method: 'standard', label: 'Standard', amountMinor: country === 'GB' ? 500 : 1200 }] : [],
}

/** A tenth of the goods, in Porlock the same money on other lines. */
const tax: TaxCalculator = {
  calculate: async ({ lines, shippingAddress: { city } }) => {
    const taxes = lines.map(({ amountMinor }) => amountMinor / 10)
    return { lines: city === 'Elsewhere' ? taxes.toReversed() : taxes, shippingMinor: 0 }
  },
}

/** A paid order of two mugs and a tee: 25.00 + 20.00 + 5.00 shipping + 4.50 tax. */
async function paidOrder(capture: 'automatic' | 'manual' = 'automatic') {
  const shop = await testShop({ shipping, tax })
  const { order } = await placeWith(shop.commerce, await quotedCart(shop.commerce, { MUG: 2, 'TEE-S': 1 }), 'card_ok', 'k', capture)
  const line = (sku: string, quantity = 1) => ({ orderLineId: order.lines.find((candidate) => candidate.sku === sku)?.id ?? '', quantity })
  const { orders } = shop.commerce
  type Edit = Omit<Parameters<typeof orders.edit>[0], 'actor' | 'orderId'>
  return {
    ...shop,
    order,
    line,
    edit: (params: Edit) => orders.edit({ actor: staff, orderId: order.id, ...params }),
    preview: (changes: Edit['changes']) => orders.previewEdit({ actor: staff, orderId: order.id, changes }),
    read: () => orders.get({ actor: staff, id: order.id }),
    history: () => orders.history({ actor: staff, orderId: order.id }),
  }
}

describe('units that are removed', () => {
  test('are previewed, given back to the stock and refunded with their tax, and never shipped', async () => {
    const { commerce, edit, preview, line, read, history, order } = await paidOrder()
    const seen = await preview({ remove: [line('MUG')] })
    expect(seen).toMatchObject({ orderId: order.id, version: order.version, refundMinor: 1375, readdressed: false })
    expect(seen.removed).toEqual([{ ...line('MUG'), amountMinor: 1375, taxMinor: 125 }])
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 2 })

    const { order: edited, refund } = await edit({ changes: { remove: [line('MUG')] }, reason: 'one is enough', expectedVersion: seen.version })
    expect(refund).toMatchObject({ amountMinor: 1375, reason: 'one is enough', refunds: [{ status: 'succeeded' }] })
    expect(edited).toMatchObject({ status: 'confirmed', totalMinor: order.totalMinor })
    expect(edited.lines.map(({ sku, quantity, cancelledQuantity }) => [sku, quantity, cancelledQuantity]).sort()).toEqual([
      ['MUG', 2, 1],
      ['TEE-S', 1, 0],
    ])
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 1 })
    expect((await history()).filter(({ change }) => change === 'edited')).toMatchObject([{ note: '1 of MUG removed: one is enough', actor: staff }])

    const parcel = await commerce.orders.fulfil({ actor: staff, orderId: order.id })
    expect(parcel.lines.map(({ quantity }) => quantity)).toEqual([1, 1])
    expect(await read()).toMatchObject({ fulfilmentStatus: 'shipped' })
    await expectSound(commerce)
  })

  test('are only those that were not shipped', async () => {
    const { commerce, edit, line, order } = await paidOrder()
    await commerce.orders.fulfil({ actor: staff, orderId: order.id, lines: [line('MUG')] })
    await expect(edit({ changes: { remove: [line('MUG', 2)] } })).rejects.toMatchObject({ code: 'NOTHING_TO_REFUND', details: { remaining: 1 } })
    await edit({ changes: { remove: [line('MUG'), line('TEE-S')] } })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 9, reserved: 0 })
    await expectSound(commerce)
  })

  test('need money that was captured', async () => {
    const { commerce, edit, preview, line, read, order } = await paidOrder('manual')
    for (const attempt of [preview, (changes: Parameters<typeof preview>[0]) => edit({ changes })])
      await expect(attempt({ remove: [line('MUG')] })).rejects.toMatchObject({ code: 'REFUND_TOO_MUCH', details: { refundableMinor: 0 } })
    expect(await read()).toEqual(order)
    await expectSound(commerce)
  })
})

describe('another address', () => {
  test('is where it goes, and is told to whoever packs and to the buyer', async () => {
    const { commerce, edit, order, read, history } = await paidOrder()
    const topics: string[] = []
    commerce.events.subscribe({ name: 'packers', topics: ['order.edited'], handle: async ({ topic }) => void topics.push(topic) })
    const { order: edited, refund } = await edit({ changes: { shippingAddress: moved }, reason: 'moved house' })
    expect(refund).toBeNull()
    expect(edited).toMatchObject({ shippingAddress: moved, billingAddress: address, totalMinor: order.totalMinor, version: order.version + 1 })
    expect(await read()).toEqual(edited)
    expect((await history()).at(-1)).toMatchObject({ change: 'edited', version: edited.version, note: 'shipping address changed: moved house' })
    expect((await commerce.orders.timeline({ actor: staff, orderId: order.id })).at(-1)).toMatchObject({ text: 'Your order was changed.' })
    await commerce.worker.runOnce({ jobs: ['relay'] })
    expect(topics).toEqual(['order.edited'])
    await expectSound(commerce)
  })

  test('that costs something else, is taxed on other lines or is not served is refused, and changes nothing', async () => {
    const { edit, preview, order, read } = await paidOrder()
    const refused = [
      [
        { ...moved, country: 'FR' },
        { code: 'EDIT_CHANGES_TOTAL', details: { totalMinor: 5450, wouldBeMinor: 6150 } },
      ],
      [
        { ...moved, city: 'Elsewhere' },
        { code: 'EDIT_CHANGES_TOTAL', details: { wouldBeMinor: 5450 } },
      ],
      [
        { ...moved, country: 'US' },
        { code: 'SHIPPING_UNAVAILABLE', details: { available: [] } },
      ],
    ] as const
    for (const [shippingAddress, error] of refused) {
      await expect(preview({ shippingAddress })).rejects.toMatchObject(error)
      await expect(edit({ changes: { shippingAddress } })).rejects.toMatchObject(error)
    }
    expect(await read()).toEqual(order)
  })

  test('is too late once a parcel has left, or when nothing is left to ship', async () => {
    const { commerce, edit, line, order } = await paidOrder()
    const shippingAddress = moved
    await commerce.orders.fulfil({ actor: staff, orderId: order.id, lines: [line('MUG')] })
    await expect(edit({ changes: { shippingAddress } })).rejects.toMatchObject({ code: 'ORDER_CLOSED', details: { status: 'partial' } })

    const emptied = await paidOrder()
    await emptied.edit({ changes: { remove: [emptied.line('MUG', 2), emptied.line('TEE-S')] } })
    await expect(emptied.edit({ changes: { shippingAddress } })).rejects.toMatchObject({ code: 'ORDER_CLOSED', details: { status: 'nothing left to ship' } })
    await emptied.commerce.orders.cancel({ actor: staff, orderId: emptied.order.id })
    await expect(emptied.edit({ changes: { shippingAddress } })).rejects.toMatchObject({ code: 'ORDER_CLOSED', details: { status: 'cancelled' } })
  })

  test('that is the same one changes nothing', async () => {
    const { edit, order, read } = await paidOrder()
    expect(await edit({ changes: { shippingAddress: { ...address } } })).toEqual({ order, refund: null })
    expect(await read()).toEqual(order)
  })
})

describe('an edit', () => {
  test('is done once, however often its key comes again, whatever the address costs by then', async () => {
    const { commerce, edit, line, read } = await paidOrder()
    const params = { changes: { remove: [line('MUG')], shippingAddress: moved }, idempotencyKey: 'ticket-7' }
    const answers = [await edit(params), ...(await Promise.all([edit(params), edit(params)]))]
    expect(new Set(answers.map(({ refund }) => refund?.id)).size).toBe(1)
    expect(await read()).toMatchObject({ shippingAddress: moved })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 1 })
    await expect(edit({ ...params, reason: 'another' })).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' })
    await expectSound(commerce)
  })

  test('of an order that has changed since it was looked at is refused', async () => {
    const { edit, preview, line, order } = await paidOrder()
    const { version } = await preview({ remove: [line('MUG')] })
    await edit({ changes: { remove: [line('TEE-S')] } })
    await expect(edit({ changes: { remove: [line('MUG')] }, expectedVersion: version })).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(order.version).toBe(version)
  })

  test('and a parcel want the same units: each goes one way', async () => {
    const { commerce, edit, line, order, read } = await paidOrder()
    const removing = Array.from({ length: 3 }, () => edit({ changes: { remove: [line('MUG')] } }))
    const shipping = Array.from({ length: 3 }, () => commerce.orders.fulfil({ actor: staff, orderId: order.id, lines: [line('MUG')] }))
    const settled = await Promise.allSettled([...removing, ...shipping])
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
    const mugs = (await read()).lines.find(({ sku }) => sku === 'MUG')
    expect((mugs?.cancelledQuantity ?? 0) + (mugs?.fulfilledQuantity ?? 0)).toBe(2)
    await expectSound(commerce)
  })

  test('is for staff, of an order that there is, and changes something', async () => {
    const { commerce, edit, order } = await paidOrder()
    const changes = { shippingAddress: moved }
    const actor = { type: 'customer', customerId: 'eve' } as const
    await expect(commerce.orders.edit({ actor, orderId: order.id, changes })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(commerce.orders.previewEdit({ actor, orderId: order.id, changes })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const orderId = '018f0000-0000-7000-8000-000000000000'
    await expect(commerce.orders.edit({ actor: staff, orderId, changes })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(edit({ changes: {} })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })
})
