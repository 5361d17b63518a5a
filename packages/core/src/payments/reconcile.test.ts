import { describe, expect, test } from 'vitest'
import { faultyShop } from '../../test/faulty-shop.ts'
import { expectSound, placeWith, quotedCart, staff, testShop } from '../../test/test-shop.ts'
import { placedOrder, told, workInbox } from '../../test/webhook-shop.ts'
import type { PaymentProvider } from './payment-provider.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

type Shop = Awaited<ReturnType<typeof testShop>>

async function reconciled({ commerce }: Pick<Shop, 'commerce'>) {
  return (await commerce.worker.runOnce({ jobs: ['reconciler'] })).reconciler
}

const inbox = async ({ commerce }: Pick<Shop, 'commerce'>, state?: 'received' | 'processed' | 'ignored' | 'parked') =>
  (await commerce.payments.webhooks({ actor: staff, limit: 100, ...(state === undefined ? {} : { state }) })).items

/** A bank that has lost its list of events: only its list of payments is left. */
async function eventlessShop() {
  const shop = await faultyShop()
  shop.faults.listEvents = async () => ({ items: [], next: null })
  return shop
}

describe('C10: an endpoint that is down for four days', () => {
  test('misses nothing: approved, charged twice, refunded and disputed payments are all booked', async () => {
    const shop = await testShop()
    const { bank, clock, commerce } = shop
    const approved = await placedOrder(shop, 'card_requires_action')
    const twice = await placedOrder(shop, 'card_duplicate')
    const paid = await placedOrder(shop, 'card_ok')
    bank.ledger.completeAction(approved.providerPaymentId)
    bank.ledger.refundElsewhere(paid.providerPaymentId, 500)
    bank.ledger.openDispute(twice.providerPaymentId)
    clock.advance(4 * day)
    expect(await inbox(shop)).toEqual([])

    expect(await reconciled(shop)).toMatchObject({ failed: 0 })
    await workInbox(commerce)
    await commerce.worker.runOnce({ jobs: ['refunds'] })

    expect(
      (await inbox(shop))
        .filter(({ type }) => !type.startsWith('cartwright.'))
        .map(({ eventId }) => eventId)
        .sort(),
    ).toEqual(
      told(bank)
        .filter(({ createdAt }) => createdAt < clock.date())
        .map(({ eventId }) => eventId)
        .sort(),
    )
    expect(await approved.read()).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' })
    expect(await paid.read()).toMatchObject({ paymentStatus: 'partially_refunded' })
    expect(await twice.read()).toMatchObject({ status: 'confirmed', disputed: true })
  })

  test('changes nothing that has come by then, and a second look finds nothing', async () => {
    const shop = await testShop()
    const { order } = await placedOrder(shop, 'card_ok')
    shop.clock.advance(hour)
    expect(await reconciled(shop)).toEqual({ done: told(shop.bank).length, failed: 0 })
    await workInbox(shop.commerce)
    const before = await shop.commerce.orders.get({ actor: staff, id: order.id })
    expect(await reconciled(shop)).toEqual({ done: 0, failed: 0 })
    expect(await shop.commerce.orders.get({ actor: staff, id: order.id })).toEqual(before)
  })
})

describe('the lists', () => {
  test('are each read by one of two workers that meet', async () => {
    const { commerce, bank, faults } = await faultyShop()
    for (let made = 0; made < 60; made += 1) bank.ledger.announce('account.updated')
    let reads = 0
    faults.listEvents = async (params) => {
      reads += 1
      return bank.listEvents(params)
    }
    const [one, other] = await Promise.all([reconciled({ commerce }), reconciled({ commerce })])
    expect(reads).toBe(1)
    expect((one?.done ?? 0) + (other?.done ?? 0)).toBe(60)
  })

  test('are read on from where a round was cut off, and from the overlap after one that was not', async () => {
    const { commerce, bank, faults, clock } = await faultyShop()
    for (let made = 0; made < 250; made += 1) {
      bank.ledger.announce('account.updated')
      clock.advance(7_000)
    }
    const asked: (string | number | undefined)[] = []
    let breaksAt = 3
    faults.listEvents = async (params) => {
      asked.push(params.after ?? params.createdFrom?.getTime())
      breaksAt -= 1
      if (breaksAt === 0) throw new Error('reset')
      return bank.listEvents(params)
    }
    const events = told(bank)
    const begin = clock.date().getTime() - 30 * day
    expect(await reconciled({ commerce })).toEqual({ done: 200, failed: 1 })
    expect(asked).toEqual([begin, events[99]?.eventId, events[199]?.eventId])

    asked.length = 0
    expect(await reconciled({ commerce })).toEqual({ done: 50, failed: 0 })
    expect(asked).toEqual([events[199]?.eventId])
    // The last eighty-five were made within ten minutes: what comes late among them is still found.
    asked.length = 0
    expect(await reconciled({ commerce })).toEqual({ done: 0, failed: 0 })
    expect(asked).toEqual([(events[249]?.createdAt.getTime() ?? 0) - 10 * minute])
    // A place that is older than a day is gone to by its time.
    asked.length = 0
    clock.advance(2 * day)
    await reconciled({ commerce })
    expect(asked).toEqual([(events[249]?.createdAt.getTime() ?? 0) - 10 * minute])
  })

  test('that cannot be read are a failure with growing pauses, and the other list is read', async () => {
    const { commerce, bank, faults, clock } = await faultyShop()
    bank.ledger.announce('account.updated')
    faults.listPayments = async () => Promise.reject(new Error('reset'))
    expect(await reconciled({ commerce })).toEqual({ done: 1, failed: 1 })
    expect(await reconciled({ commerce })).toEqual({ done: 0, failed: 1 })
    expect(await reconciled({ commerce })).toEqual({ done: 0, failed: 0 })
    expect(await commerce.worker.failures({ job: 'reconciler', parked: false })).toMatchObject([
      { rowId: 'fake payments', attempts: 2, code: 'PROVIDER_UNAVAILABLE' },
    ])
    delete faults.listPayments
    clock.advance(minute)
    expect(await reconciled({ commerce })).toEqual({ done: 0, failed: 0 })
    expect(await commerce.worker.failures({ parked: false })).toEqual([])
  })

  test('of the other mode are left alone', async () => {
    const { bank } = await testShop()
    const { commerce } = await testShop({ payments: [{ ...bank, live: true }] })
    bank.ledger.announce('account.updated')
    expect(await reconciled({ commerce })).toEqual({ done: 0, failed: 0 })
  })
})

describe('a payment that no event tells of', () => {
  test('and that was charged twice is booked, and the second charge refunded', async () => {
    const { commerce, bank, clock } = await eventlessShop()
    const { order } = await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_ok', 'k')
    const [payment] = await commerce.payments.ofOrder({ actor: staff, orderId: order.id })
    bank.ledger.chargeElsewhere({ amount: { amountMinor: 1250, currency: 'USD' }, paymentId: payment?.id as never, orderId: order.id as never })
    expect(await reconciled({ commerce })).toEqual({ done: 0, failed: 0 })
    clock.advance(6 * minute)
    expect(await reconciled({ commerce })).toEqual({ done: 1, failed: 0 })
    expect(await reconciled({ commerce })).toEqual({ done: 0, failed: 0 })
    await commerce.worker.runOnce({ jobs: ['inbox', 'refunds'] })
    expect(bank.ledger.refunds()).toMatchObject([{ status: 'succeeded', amount: { amountMinor: 1250 } }])
    await expectSound(commerce)
    clock.advance(6 * minute)
    expect(await reconciled({ commerce })).toEqual({ done: 0, failed: 0 })
  })

  test('and names an id of ours that we do not have is tried, then parked for staff', async () => {
    const { commerce, bank, clock } = await eventlessShop()
    bank.ledger.chargeElsewhere({ amount: { amountMinor: 700, currency: 'USD' }, paymentId: crypto.randomUUID() as never, orderId: null })
    clock.advance(hour)
    expect(await reconciled({ commerce })).toEqual({ done: 1, failed: 0 })
    for (let tries = 0; tries < 24; tries += 1) {
      await workInbox(commerce)
      clock.advance(hour)
    }
    expect(await inbox({ commerce }, 'parked')).toMatchObject([{ type: 'cartwright.payment_differs', problem: 'NOT_FOUND' }])
    expect(await reconciled({ commerce })).toEqual({ done: 0, failed: 0 })
  })

  test('and is somebody else’s is nobody’s business here', async () => {
    const { commerce, bank, clock } = await eventlessShop()
    bank.ledger.chargeElsewhere({ amount: { amountMinor: 700, currency: 'USD' } })
    bank.ledger.chargeElsewhere({ amount: { amountMinor: 700, currency: 'USD' }, paymentId: 'their own number' as never, orderId: null })
    clock.advance(hour)
    expect(await reconciled({ commerce })).toEqual({ done: 0, failed: 0 })
  })
})

describe('payments.reconcile', () => {
  const reconcile = (commerce: Shop['commerce'], params: object = {}) => commerce.payments.reconcile({ actor: staff, graceMs: 0, ...params })

  test('tells what it would do, then does it, and then finds nothing', async () => {
    const shop = await testShop()
    const { commerce, bank } = shop
    const { order, payment, providerPaymentId } = await placedOrder(shop, 'card_ok')
    bank.ledger.refundElsewhere(providerPaymentId, 500)
    bank.ledger.chargeElsewhere({ amount: { amountMinor: 700, currency: 'USD' } })
    const events = { read: told(bank).length, recorded: told(bank).length }
    const difference = { problem: 'refunded differs', ours: 0, theirs: 500, providerPaymentId, paymentId: payment.id }
    const found = { provider: 'fake', events, payments: { compared: 1, foreign: 1 } }

    expect((await reconcile(commerce, { dryRun: true })).providers).toEqual([{ ...found, differences: [{ ...difference, action: 'would_queue' }] }])
    expect(await inbox(shop)).toEqual([])
    expect((await reconcile(commerce)).providers).toEqual([{ ...found, differences: [{ ...difference, action: 'queued' }] }])
    await workInbox(commerce)
    expect(await commerce.orders.get({ actor: staff, id: order.id })).toMatchObject({ paymentStatus: 'partially_refunded' })
    expect((await reconcile(commerce)).providers).toMatchObject([{ events: { recorded: 0 }, differences: [] }])
  })

  test('leaves to staff what is only here', async () => {
    const shop = await testShop()
    await placedOrder(shop, 'card_ok')
    const { bank } = await testShop()
    const other = await testShop({ payments: [{ ...bank, name: 'other' }, silent(bank)], storage: shop.commerce.storage })
    expect((await reconcile(other.commerce, { provider: 'fake' })).providers).toMatchObject([
      { differences: [{ problem: 'only we have it', minor: 2500, action: 'left_to_staff' }] },
    ])
    expect((await reconcile(other.commerce, { provider: 'other' })).providers).toMatchObject([{ differences: [] }])
  })

  test('looks back as far as it is told, 30 days if it is not', async () => {
    const shop = await testShop()
    await placedOrder(shop, 'card_ok')
    shop.clock.advance(31 * day)
    const { from, providers } = await reconcile(shop.commerce)
    expect(from).toEqual(new Date(shop.clock.date().getTime() - 30 * day))
    expect(providers).toMatchObject([{ events: { read: 0 }, payments: { compared: 0 }, differences: [] }])
    const older = await reconcile(shop.commerce, { from: new Date(shop.clock.date().getTime() - 32 * day) })
    expect(older.providers).toMatchObject([{ payments: { compared: 1 } }])
  })

  test('is for staff, and for providers that are configured', async () => {
    const { commerce } = await testShop()
    await expect(commerce.payments.reconcile({ actor: { type: 'customer', customerId: 'ada' } })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(reconcile(commerce, { provider: 'nobody' })).rejects.toMatchObject({ code: 'PROVIDER_UNKNOWN' })
  })
})

/** The same provider, which has forgotten everything. */
function silent(bank: PaymentProvider): PaymentProvider {
  return {
    ...bank,
    getPayment: async () => undefined,
    listPayments: async () => ({ items: [], next: null }),
    listEvents: async () => ({ items: [], next: null }),
  }
}
