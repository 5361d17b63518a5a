import type { Actor, Commerce, CommerceOptions, ShopStep } from '@cartwright/core'
import { type MemoryLiveCarts, memoryLiveCarts } from '@cartwright/testing'
import { describe, expect, test } from 'vitest'
import { address, expectSound, testShop } from './test-shop.ts'

const ada = { type: 'customer', customerId: 'ada' } as const
const eve = { type: 'customer', customerId: 'eve' } as const

type Goods = Readonly<Record<string, number>>

async function filled(commerce: Commerce, goods: Goods, customer?: Actor) {
  const { cart, guestToken = '' } = await commerce.carts.create(customer === undefined ? {} : { actor: customer })
  const actor = customer ?? ({ type: 'guest', token: guestToken } as const)
  for (const [sku, quantity] of Object.entries(goods)) await commerce.carts.addLine({ actor, cartId: cart.id, sku, quantity })
  return { cartId: cart.id, guestToken, actor }
}

const units = ({ lines }: { readonly lines: readonly { readonly sku: string; readonly quantity: number }[] }) =>
  Object.fromEntries(lines.map(({ sku, quantity }) => [sku, quantity]))

const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  )

interface Places {
  readonly name: string
  readonly open: () => { readonly options: Partial<CommerceOptions>; readonly carts: MemoryLiveCarts | undefined }
}

const places: readonly Places[] = [
  { name: 'in the database', open: () => ({ options: {}, carts: undefined }) },
  {
    name: 'in a live store',
    open: () => {
      const carts = memoryLiveCarts()
      return { options: { carts }, carts }
    },
  },
]

describe.each(places)('carts $name', ({ open }) => {
  test('of a guest become the customer’s own, whose token opens them no more, and a repeated call gives the same', async () => {
    const { commerce } = await testShop(open().options)
    const guest = await filled(commerce, { MUG: 2 })
    const call = { actor: ada, guestCartId: guest.cartId, guestToken: guest.guestToken }
    const { cart, problems } = await commerce.carts.merge(call)
    expect(cart).toMatchObject({ id: guest.cartId, customerId: 'ada', version: 3, staleSince: null })
    expect([units(cart), problems]).toEqual([{ MUG: 2 }, []])
    expect((await commerce.carts.merge(call)).cart).toMatchObject({ id: guest.cartId, version: 3 })
    expect(await codeOf(commerce.carts.get({ actor: guest.actor, cartId: guest.cartId }))).toBe('NOT_FOUND')
    expect(await commerce.carts.addLine({ actor: ada, cartId: guest.cartId, sku: 'MUG', quantity: 1 })).toMatchObject({ version: 4 })
    await commerce.close()
  })

  test('of a guest move into the customer’s own once, however often that is asked for, and are closed', async () => {
    const { commerce } = await testShop(open().options)
    const guest = await filled(commerce, { MUG: 2, 'TEE-S': 1 })
    const own = await filled(commerce, { MUG: 1 }, ada)
    const call = { actor: ada, guestCartId: guest.cartId, guestToken: guest.guestToken, cartId: own.cartId }
    const answers = [await commerce.carts.merge(call), await commerce.carts.merge(call)]
    expect(answers.map(({ cart }) => [units(cart), cart.version, cart.staleSince])).toEqual([
      [{ MUG: 3, 'TEE-S': 1 }, 3, null],
      [{ MUG: 3, 'TEE-S': 1 }, 3, null],
    ])
    expect(await commerce.carts.get({ actor: ada, cartId: own.cartId })).toMatchObject({ version: 3, staleSince: null })
    expect(await codeOf(commerce.carts.addLine({ actor: guest.actor, cartId: guest.cartId, sku: 'MUG', quantity: 1 }))).toBe('CART_CLOSED')
    const changed = await commerce.carts.updateLine({ actor: ada, cartId: own.cartId, sku: 'MUG', quantity: 5 })
    expect([units(changed), changed.version]).toEqual([{ MUG: 5, 'TEE-S': 1 }, 4])
    await commerce.close()
  })

  test('are summed once by thirty-two calls at once, and lose nothing that is put into them meanwhile', async () => {
    const { commerce } = await testShop(open().options)
    const guest = await filled(commerce, { MUG: 2 })
    const own = await filled(commerce, { 'TEE-S': 1 }, ada)
    const call = { actor: ada, guestCartId: guest.cartId, guestToken: guest.guestToken, cartId: own.cartId }
    const persistent = async (work: () => Promise<unknown>): Promise<string> => {
      for (let attempt = 0; attempt < 100; attempt += 1) {
        const code = await codeOf(work())
        if (code !== 'CONFLICT') return code
      }
      return 'CONFLICT'
    }
    const calls = Array.from({ length: 32 }, () => persistent(() => commerce.carts.merge(call)))
    const edits = Array.from({ length: 4 }, () => persistent(() => commerce.carts.addLine({ actor: ada, cartId: own.cartId, sku: 'TEE-S', quantity: 1 })))
    const late = Array.from({ length: 4 }, () =>
      persistent(() => commerce.carts.addLine({ actor: guest.actor, cartId: guest.cartId, sku: 'MUG', quantity: 1 })),
    )
    expect(await Promise.all(calls)).toEqual(Array(32).fill('done'))
    expect(await Promise.all(edits)).toEqual(Array(4).fill('done'))
    const added = (await Promise.all(late)).filter((code) => code === 'done').length
    expect(units(await commerce.carts.get({ actor: ada, cartId: own.cartId }))).toEqual({ 'TEE-S': 5, MUG: 2 + added })
    await commerce.worker.runOnce({ jobs: ['carts'] })
    expect(units(await commerce.carts.get({ actor: ada, cartId: own.cartId }))).toEqual({ 'TEE-S': 5, MUG: 2 + added })
    await commerce.close()
  })

  test('stay as they are for anybody else, and for a guest whose order may still be paid', async () => {
    const { commerce } = await testShop(open().options)
    const guest = await filled(commerce, { MUG: 1 })
    const own = await filled(commerce, { 'TEE-S': 1 }, ada)
    const call = { actor: ada, guestCartId: guest.cartId, guestToken: guest.guestToken, cartId: own.cartId }
    expect(await codeOf(commerce.carts.merge({ ...call, actor: eve }))).toBe('NOT_FOUND')
    expect(await codeOf(commerce.carts.merge({ ...call, guestToken: 'a-token-that-was-never-given' }))).toBe('NOT_FOUND')
    expect(await codeOf(commerce.carts.merge({ ...call, guestCartId: own.cartId }))).toBe('NOT_FOUND')
    expect(await codeOf(commerce.carts.merge({ ...call, actor: guest.actor }))).toBe('FORBIDDEN')
    const quote = await commerce.checkout.quote({ actor: guest.actor, cartId: guest.cartId, shippingAddress: address, shippingMethod: 'standard' })
    const payment = { provider: 'fake', method: 'card_requires_action' } as const
    const order = { actor: guest.actor, cartId: guest.cartId, expectedTotal: quote.total, payment, idempotencyKey: 'k' }
    await commerce.checkout.place(order)
    expect(await codeOf(commerce.carts.merge(call))).toBe('CHECKOUT_IN_PROGRESS')
    expect(await codeOf(commerce.carts.merge({ ...call, cartId: undefined }))).toBe('CHECKOUT_IN_PROGRESS')
    expect(await commerce.carts.get({ actor: ada, cartId: own.cartId })).toMatchObject({ version: 2, staleSince: null, lines: [{ sku: 'TEE-S' }] })
    expect(await commerce.carts.get({ actor: guest.actor, cartId: guest.cartId })).toMatchObject({ version: 2, staleSince: null, lines: [{ sku: 'MUG' }] })
    await expectSound(commerce)
    await commerce.close()
  })
})

describe('a live store', () => {
  async function twoCarts(probe?: (step: ShopStep) => Promise<void>) {
    const carts = memoryLiveCarts()
    const { commerce } = await testShop({ carts, ...(probe === undefined ? {} : { probe }) })
    const guest = await filled(commerce, { MUG: 2 })
    const own = await filled(commerce, { 'TEE-S': 1 }, ada)
    return { commerce, carts, own, guest, call: { actor: ada, guestCartId: guest.cartId, guestToken: guest.guestToken, cartId: own.cartId } }
  }

  test.each(['before', 'afterwards'] as const)('that fails %s its steps does not keep carts from being merged, once', async (how) => {
    const { commerce, carts, own, call } = await twoCarts()
    await commerce.worker.runOnce({ jobs: ['carts'] })
    carts.fail(how)
    expect(units((await commerce.carts.merge(call)).cart)).toEqual({ 'TEE-S': 1, MUG: 2 })
    carts.fail('never')
    expect(units((await commerce.carts.merge(call)).cart)).toEqual({ 'TEE-S': 1, MUG: 2 })
    expect(units(await commerce.carts.addLine({ actor: ada, cartId: own.cartId, sku: 'MUG', quantity: 1 }))).toEqual({ 'TEE-S': 1, MUG: 3 })
    await commerce.close()
  })

  test.each(['cart.leaving', 'cart.merging'] as const)('has both carts whole after a death at %s, and the repeated call merges them', async (at) => {
    let dies = true
    const probe = async (step: ShopStep) => {
      if (step !== at || !dies) return
      dies = false
      throw new Error('the process died')
    }
    const { commerce, own, guest, call } = await twoCarts(probe)
    expect(await codeOf(commerce.carts.merge(call))).toMatch('the process died')
    expect(units(await commerce.carts.get({ actor: guest.actor, cartId: guest.cartId }))).toEqual({ MUG: 2 })
    expect(await commerce.carts.get({ actor: ada, cartId: own.cartId })).toMatchObject({ staleSince: null, lines: [{ sku: 'TEE-S', quantity: 1 }] })
    expect(units((await commerce.carts.merge(call)).cart)).toEqual({ 'TEE-S': 1, MUG: 2 })
    await commerce.close()
  })

  test.each(['cart.leaving', 'cart.merging'] as const)('keeps what is put into the carts at %s', async (at) => {
    const happens: (() => Promise<void>)[] = []
    const probe = async (step: ShopStep) => {
      if (step === at) await happens.shift()?.()
    }
    const { commerce, own, guest, call } = await twoCarts(probe)
    happens.push(async () => void (await commerce.carts.addLine({ actor: ada, cartId: own.cartId, sku: 'TEE-S', quantity: 3 })))
    happens.push(async () => void (await commerce.carts.addLine({ actor: guest.actor, cartId: guest.cartId, sku: 'MUG', quantity: 4 })))
    expect(units((await commerce.carts.merge(call)).cart)).toEqual({ 'TEE-S': 4, MUG: 6 })
    expect(units(await commerce.carts.get({ actor: ada, cartId: own.cartId }))).toEqual({ 'TEE-S': 4, MUG: 6 })
    await commerce.close()
  })
})
