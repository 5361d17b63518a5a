import { createCommerce } from '@cartwright/core'
import { manualTimers } from '@cartwright/testing'
import { overlay } from '../../planted/overlay.ts'
import type { Script } from '../script.ts'
import { unitMinor } from '../workbench.ts'

const minute = 60_000

/** An event whose handler failed is delivered again. */
export const deliveredAgain: Script = async ({ commerce, findings, quoted, place }) => {
  const seen = new Set<string>()
  let fails = true
  const handle = async ({ id, topic }: { readonly id: string; readonly topic: string }) => {
    if (fails && topic === 'order.confirmed') throw new Error('the handler is not well')
    seen.add(id)
  }
  commerce.events.subscribe({ name: 'mailer', handle })
  await place(await quoted('ada', { HOT: 1 }), 'card_ok', 'a')
  const { events } = await commerce.storage.snapshot({ source: 'database' }, (snapshot) =>
    snapshot.outbox.tail().then((after) => snapshot.outbox.read({ after, limit: 1_000 })),
  )
  await commerce.worker.runOnce({ jobs: ['relay'] })
  fails = false
  await commerce.worker.runOnce({ jobs: ['relay'] })
  const missed = events.filter(({ id }) => !seen.has(id)).map(({ topic }) => topic)
  findings.expect(missed.length === 0, `never delivered: ${missed.join(', ')}`)
}

/** A shop that caches what buyers look at shows another process's price within a second, and sells at it at once. */
export const shownPrices: Script = async ({ clock, commerce, findings, storage }) => {
  const timers = manualTimers()
  const other = await createCommerce({ storage: overlay(storage, { close: async () => {} }), currency: 'USD', clock, timers, cache: {} })
  const shown = async () => (await other.catalog.get({ handle: 'hot' })).variants[0]?.prices[0]?.amountMinor
  findings.expect((await shown()) === unitMinor, 'another price than the one stored is shown')
  await commerce.catalog.setPrice({ sku: 'HOT', price: { currency: 'USD', amountMinor: 900 } })
  const actor = { type: 'customer', customerId: 'ada' } as const
  const { cart } = await other.carts.create({ actor, currency: 'USD' })
  const { subtotalMinor } = await other.carts.addLine({ actor, cartId: cart.id, sku: 'HOT', quantity: 1 })
  findings.expect(subtotalMinor === 900, `a cart is priced at ${subtotalMinor}, from a cache`)
  timers.advance(1_000)
  findings.expect((await shown()) === 900, 'a second after it was changed, the old price is shown')
  await other.close()
}

/** A consumer belongs to one relay at a time, and one whose lease has passed to another no longer moves it. */
export const oneRelay: Script = async ({ clock, findings, storage, quoted }) => {
  await quoted('ada', { HOT: 1 })
  const name = 'mailer'
  const claim = () => {
    const leaseUntil = new Date(clock.date().getTime() + minute)
    return storage.transaction(clock.now(), (tx) => tx.outbox.claimConsumer({ name, leaseUntil }))
  }
  const first = await claim()
  findings.expect((await claim()).outcome === 'busy', 'two relays have one consumer')
  clock.advance(2 * minute)
  const second = await claim()
  if (first.outcome === 'busy' || second.outcome === 'busy') throw new Error('a lease that has passed was not handed on')
  const { cursor, fence } = first
  const moved = await storage.transaction(clock.now(), (tx) => tx.outbox.advanceConsumer({ name, fence, cursor, release: true }))
  findings.expect(moved === 'lost', 'a relay whose lease had passed moved the consumer')
}

/** A key belongs to one run at a time, and one whose lock has passed to another no longer finishes it. */
export const oneRun: Script = async ({ clock, findings, storage }) => {
  const id = { scope: 'system', operation: 'a test', key: 'k' }
  const claim = () => {
    const expiresAt = new Date(clock.date().getTime() + 60 * minute)
    const lockedUntil = new Date(clock.date().getTime() + minute)
    return storage.transaction(clock.now(), (tx) => tx.idempotency.claim({ ...id, fingerprint: 'f', lockedUntil, expiresAt }))
  }
  const first = await claim()
  findings.expect((await claim()).outcome === 'in_flight', 'two runs have one key')
  clock.advance(2 * minute)
  const second = await claim()
  if (first.outcome !== 'claimed' || second.outcome !== 'claimed') throw new Error('a lock that has passed was not handed on')
  const finished = await storage.transaction(clock.now(), (tx) => tx.idempotency.finish({ ...id, fence: first.fence, result: 'late' }))
  findings.expect(finished === 'lost', 'a run whose lock had passed finished the key')
}
