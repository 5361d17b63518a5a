import { describe, expect, test } from 'vitest'
import { ada, creditShop } from '../../test/credit-shop.ts'
import { expectSound, staff } from '../../test/test-shop.ts'

const day = 24 * 3_600_000

describe('gift cards', () => {
  test('are issued with a code that is shown once, and that nothing stored leads back to', async () => {
    const { commerce } = await creditShop()
    const asked = { actor: staff, amountMinor: 50_00, note: 'a prize', idempotencyKey: 'k' }
    const { giftCard, code } = await commerce.giftCards.issue(asked)
    expect(code).toMatch(/^([2-9A-HJ-NP-Z]{4}-){6}[2-9A-HJ-NP-Z]{4}$/)
    expect(giftCard).toMatchObject({ balanceMinor: 5000, currency: 'USD', status: 'active', lastFour: code?.slice(-4), note: 'a prize', expiresAt: null })
    expect(giftCard).not.toHaveProperty('codeHash')
    expect(await commerce.giftCards.issue(asked)).toEqual({ giftCard, code: null })
    expect((await commerce.giftCards.list({ actor: staff })).items).toEqual([giftCard])
    expect(await commerce.giftCards.find({ actor: staff, code: code?.replaceAll('-', ' ').toLowerCase() ?? '' })).toEqual(giftCard)
    await expect(commerce.giftCards.issue({ ...asked, idempotencyKey: 'l', expiresAt: new Date(0) })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })

  test('are disabled, enabled, adjusted never below nothing, and list what moved', async () => {
    const { commerce, card } = await creditShop()
    const { id: giftCardId } = await card(10_00)
    const adjust = (amountMinor: number, idempotencyKey: string) =>
      commerce.giftCards.adjust({ actor: staff, giftCardId, amountMinor, note: 'corrected', idempotencyKey })
    expect(await commerce.giftCards.disable({ actor: staff, giftCardId })).toMatchObject({ status: 'disabled', balanceMinor: 1000 })
    expect(await commerce.giftCards.disable({ actor: staff, giftCardId })).toMatchObject({ status: 'disabled', version: 3 })
    expect((await commerce.giftCards.list({ actor: staff, status: 'active' })).items).toEqual([])
    expect(await commerce.giftCards.enable({ actor: staff, giftCardId })).toMatchObject({ status: 'active' })
    await adjust(-4_00, 'a')
    expect(await adjust(-4_00, 'a')).toMatchObject({ balanceMinor: 600 })
    await expect(adjust(-7_00, 'b')).rejects.toMatchObject({ code: 'CREDIT_INSUFFICIENT', details: { requestedMinor: 700, leftMinor: 600 } })
    await expect(adjust(Number.MAX_SAFE_INTEGER, 'c')).rejects.toMatchObject({ code: 'AMOUNT_OVERFLOW' })
    const first = await commerce.giftCards.entries({ actor: staff, giftCardId, limit: 1 })
    const rest = await commerce.giftCards.entries({ actor: staff, giftCardId, limit: 1, after: first.next ?? '' })
    expect([...first.items, ...rest.items].map(({ change, amountMinor, note, actor }) => [change, amountMinor, note, actor.id])).toEqual([
      ['adjust', -400, 'corrected', 'ops-1'],
      ['issue', 1000, null, 'ops-1'],
    ])
    expect(rest.next).toBe(null)
    await expectSound(commerce)
  })

  test('tell their balance to whoever has the code, not too often', async () => {
    const { commerce, card } = await creditShop({ rateLimits: { rules: { giftCard: { burst: 2, perMs: 60_000 } } } })
    const { id, code } = await card(10_00)
    const ask = (client?: string) => commerce.giftCards.balance({ actor: ada, code, ...(client === undefined ? {} : { client }) })
    expect(await ask()).toEqual({ lastFour: code.slice(-4), currency: 'USD', spendableMinor: 1000, expiresAt: null })
    await commerce.giftCards.disable({ actor: staff, giftCardId: id })
    expect(await ask()).toMatchObject({ spendableMinor: 0 })
    await expect(ask()).rejects.toMatchObject({ code: 'RATE_LIMITED', details: { rule: 'giftCard' } })
    const wrong = (customerId: string) =>
      commerce.giftCards.balance({ actor: { type: 'customer', customerId }, code: 'AAAA-BBBB-CCCC-DDDD', client: '10.0.0.1' })
    for (const name of ['b', 'c']) await expect(wrong(name)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(wrong('d')).rejects.toMatchObject({ code: 'RATE_LIMITED' })
  })

  test('are claimed by a customer once, as store credit', async () => {
    const { commerce, card, left, wallet } = await creditShop()
    const { id, code } = await card(10_00)
    const claims = await Promise.allSettled(['ada', 'bob'].map((customerId) => commerce.giftCards.claim({ actor: { type: 'customer', customerId }, code })))
    expect(claims.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect([await left(id), (await wallet('ada')) + (await wallet('bob'))]).toEqual([0, 1000])
    await expect(commerce.giftCards.claim({ actor: ada, code })).rejects.toMatchObject({ code: 'GIFT_CARD_UNUSABLE', details: { reason: 'empty' } })
    await expect(commerce.giftCards.claim({ actor: staff, code })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expectSound(commerce)
  })

  test('are written off by the worker once they have expired', async () => {
    const { commerce, card, clock, left } = await creditShop()
    const { id } = await card(10_00, { expiresAt: new Date(clock.date().getTime() + day) })
    await commerce.worker.runOnce({ jobs: ['sweep'] })
    expect(await left(id)).toBe(1000)
    clock.advance(2 * day)
    expect(await commerce.worker.runOnce({ jobs: ['sweep'] })).toMatchObject({ sweep: { done: 1 } })
    expect(await left(id)).toBe(0)
    expect((await commerce.giftCards.entries({ actor: staff, giftCardId: id })).items[0]).toMatchObject({ change: 'expire', amountMinor: -1000 })
    await expectSound(commerce)
  })

  test('are the business of staff', async () => {
    const { commerce, card } = await creditShop()
    const { id: giftCardId } = await card(1_00)
    const { giftCards } = commerce
    const refused = { code: 'FORBIDDEN' }
    await expect(giftCards.issue({ actor: ada, amountMinor: 1 })).rejects.toMatchObject(refused)
    await expect(giftCards.list({ actor: ada })).rejects.toMatchObject(refused)
    for (const call of ['find', 'entries', 'disable', 'enable'] as const)
      await expect(giftCards[call]({ actor: ada, giftCardId })).rejects.toMatchObject(refused)
    await expect(giftCards.adjust({ actor: ada, giftCardId, amountMinor: 1, note: 'x' })).rejects.toMatchObject(refused)
    await expect(giftCards.find({ actor: staff, giftCardId: '00000000-0000-7000-8000-0000000000aa' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('store credit', () => {
  test('is granted, corrected and told to its customer, by currency', async () => {
    const { commerce } = await creditShop()
    const granted = { actor: staff, customerId: 'ada', amountMinor: 20_00, note: 'sorry', idempotencyKey: 'k' }
    expect(await commerce.storeCredit.grant(granted)).toEqual({ customerId: 'ada', currency: 'USD', balanceMinor: 2000 })
    expect(await commerce.storeCredit.grant(granted)).toMatchObject({ balanceMinor: 2000 })
    expect(await commerce.storeCredit.adjust({ actor: staff, customerId: 'ada', amountMinor: -5_00, note: 'too much' })).toMatchObject({ balanceMinor: 1500 })
    await commerce.storeCredit.grant({ actor: staff, customerId: 'ada', amountMinor: 7, currency: 'EUR' })
    expect(await commerce.storeCredit.balance({ actor: ada })).toMatchObject({ balanceMinor: 1500 })
    expect(await commerce.storeCredit.balance({ actor: ada, currency: 'EUR' })).toMatchObject({ balanceMinor: 7 })
    const { items } = await commerce.storeCredit.entries({ actor: ada })
    expect(items.map(({ change, amountMinor }) => [change, amountMinor])).toEqual([
      ['adjust', -500],
      ['issue', 2000],
    ])
    expect(items[0]).not.toHaveProperty('note')
    expect(items[0]).not.toHaveProperty('actor')
    await expectSound(commerce)
  })

  test('is nobody else’s business, and only staff give it', async () => {
    const { commerce, grant } = await creditShop()
    await grant(5_00, 'bob')
    const { storeCredit } = commerce
    await expect(storeCredit.grant({ actor: ada, customerId: 'ada', amountMinor: 1 })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(storeCredit.adjust({ actor: ada, customerId: 'ada', amountMinor: 1, note: 'x' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(storeCredit.balance({ actor: ada, customerId: 'bob' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(storeCredit.entries({ actor: ada, customerId: 'bob' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await storeCredit.entries({ actor: ada })).toEqual({ items: [], next: null })
  })

  test('is in what a person is told, and leaves with the person', async () => {
    const { commerce, grant, buy } = await creditShop()
    await grant(20_00)
    const { order } = await buy({ MUG: 1 }, { storeCredit: true })
    const exported = await commerce.customers.export({ actor: ada })
    expect(exported.storeCredit).toMatchObject([{ currency: 'USD', balanceMinor: 750, movements: [{ change: 'redeem' }, { change: 'issue' }] }])
    expect(exported.orders).toMatchObject([{ creditMinor: 1250, credits: [{ kind: 'store_credit', amountMinor: 1250 }] }])
    const { pseudonym } = await commerce.customers.erase({ actor: staff, customerId: 'ada', force: true })
    expect(await commerce.storeCredit.balance({ actor: ada })).toMatchObject({ balanceMinor: 0 })
    expect(await commerce.storeCredit.balance({ actor: staff, customerId: pseudonym })).toMatchObject({ balanceMinor: 750 })
    await commerce.orders.refund({ actor: staff, orderId: order.id, amountMinor: 250 })
    expect(await commerce.storeCredit.balance({ actor: staff, customerId: pseudonym })).toMatchObject({ balanceMinor: 1000 })
    await expectSound(commerce)
  })
})

test('no event, and no log, carries a code', async () => {
  const lines: string[] = []
  const note = (...said: unknown[]) => void lines.push(JSON.stringify(said))
  const shop = await creditShop({ logger: { debug: note, info: note, warn: note, error: note } })
  const seen: unknown[] = []
  shop.commerce.events.subscribe({ name: 'all', topics: ['gift_card.changed', 'order.placed'], handle: async (event) => void seen.push(event) })
  const { id, code } = await shop.card(10_00)
  await shop.buy({ MUG: 1 }, { codes: [code] })
  await shop.commerce.worker.runOnce()
  expect(seen).toMatchObject([
    { topic: 'gift_card.changed', payload: { accountId: id, change: 'issue', amountMinor: 1000, currency: 'USD', orderId: null } },
    { topic: 'order.placed' },
    { topic: 'gift_card.changed', payload: { accountId: id, change: 'redeem', amountMinor: -1000 } },
  ])
  expect(JSON.stringify([seen, lines])).not.toContain(code)
  expect(JSON.stringify([seen, lines])).not.toContain(code.replaceAll('-', ''))
})
