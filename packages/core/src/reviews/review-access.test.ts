import { type Actor, CommerceError, type LogFields, type Logger } from '@cartwright/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { customer, reviewShop } from '../../test/review-shop.ts'
import { quotedCart, staff } from '../../test/test-shop.ts'

type Shop = Awaited<ReturnType<typeof reviewShop>>
type Call = (shop: Shop, actor: Actor, reviewId: string) => Promise<unknown>

/** Every method that takes an actor. */
const calls: Readonly<Record<string, Call>> = {
  submit: ({ commerce }, actor) => commerce.reviews.submit({ actor, handle: 'tee', rating: 3 }),
  edit: ({ commerce }, actor, reviewId) => commerce.reviews.edit({ actor, reviewId, rating: 2 }),
  withdraw: ({ commerce }, actor, reviewId) => commerce.reviews.withdraw({ actor, reviewId }),
  delete: ({ commerce }, actor, reviewId) => commerce.reviews.delete({ actor, reviewId }),
  get: ({ commerce }, actor, reviewId) => commerce.reviews.get({ actor, reviewId }),
  mine: ({ commerce }, actor) => commerce.reviews.mine({ actor }),
  vote: ({ commerce }, actor, reviewId) => commerce.reviews.vote({ actor, reviewId, vote: 'helpful' }),
  moderate: ({ commerce }, actor, reviewId) => commerce.reviews.moderate({ actor, reviewId, decision: 'approve' }),
  reply: ({ commerce }, actor, reviewId) => commerce.reviews.reply({ actor, reviewId, body: 'Thanks.' }),
  queue: ({ commerce }, actor) => commerce.reviews.queue({ actor }),
  all: ({ commerce }, actor) => commerce.reviews.all({ actor }),
}

async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return 'ok'
  } catch (error) {
    return error instanceof CommerceError ? error.code : String(error)
  }
}

/** What each call comes to, each on a review of its own author. @param shownReview - whether the review is approved */
async function outcomes(who: 'guest' | 'other' | 'author' | 'staff', shownReview: boolean): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  const shop = await reviewShop()
  const { actor: guest } = await quotedCart(shop.commerce, { MUG: 1 })
  for (const [name, call] of Object.entries(calls)) {
    const author = `author-${name}`
    const { id } = shownReview ? await shop.shown(author, 4) : await shop.review(author, 4)
    const actor = { guest, other: customer('mallory'), author: customer(author), staff }[who]
    found[name] = await outcomeOf(call(shop, actor, id))
  }
  return found
}

const forbidden = (...names: string[]) => Object.fromEntries(names.map((name) => [name, 'FORBIDDEN']))
const notFound = (...names: string[]) => Object.fromEntries(names.map((name) => [name, 'NOT_FOUND']))
const ok = Object.fromEntries(Object.keys(calls).map((name) => [name, 'ok']))
const forStaff = forbidden('moderate', 'reply', 'queue', 'all')
const forCustomers = forbidden('submit', 'edit', 'withdraw', 'mine', 'vote')

describe('who may do what', () => {
  it.each([
    ['guest', true, { ...forCustomers, ...forStaff, ...forbidden('delete') }],
    ['guest', false, { ...forCustomers, ...forStaff, ...forbidden('delete'), ...notFound('get') }],
    ['other', true, { ...forStaff, ...notFound('edit', 'withdraw', 'delete') }],
    ['other', false, { ...forStaff, ...notFound('edit', 'withdraw', 'delete', 'get', 'vote') }],
    ['author', true, { ...forStaff, vote: 'OWN_REVIEW' }],
    ['author', false, { ...forStaff, ...notFound('vote') }],
    ['staff', true, forCustomers],
    ['staff', false, forCustomers],
  ] as const)('%s, with a review that is shown: %s', async (who, shownReview, refused) => {
    expect(await outcomes(who, shownReview)).toEqual({ ...ok, ...refused })
  })

  it('covers every method; the rest shows what everybody may see', async () => {
    const { commerce } = await reviewShop()
    const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(commerce.reviews)).filter((name) => name !== 'constructor')
    expect([...Object.keys(calls), 'list', 'summary'].sort()).toEqual(methods.sort())
  })

  it('shows others neither whose review it is nor what staff noted, and a foreign one as one that is missing', async () => {
    const shop = await reviewShop()
    const { id: reviewId } = await shop.shown('canary-ada', 4)
    const waiting = await shop.review('canary-eve', 4)
    await shop.commerce.reviews.reply({ actor: { type: 'admin', id: 'canary-clerk' }, reviewId, body: 'Thanks.' })
    const seen = [
      await shop.commerce.reviews.get({ actor: customer('mallory'), reviewId }),
      await shop.commerce.reviews.list({ productId: shop.productId }),
      await shop.commerce.reviews.mine({ actor: customer('mallory') }),
    ]
    expect(JSON.stringify(seen)).not.toContain('canary')
    const missing = '018f0000-0000-7000-8000-000000000000'
    for (const name of ['edit', 'withdraw', 'delete', 'get', 'vote'] as const) {
      const refusal = (id: string) => calls[name]?.(shop, customer('mallory'), id).catch((error: CommerceError) => error.toJSON())
      expect(await refusal(waiting.id)).toEqual(await refusal(missing))
    }
  })
})

describe('what is logged', () => {
  let lines: string
  let refusals: string
  beforeAll(async () => {
    const written: unknown[] = []
    const write = (fields: LogFields, message: string) => void written.push(fields, message)
    const logger: Logger = { debug: write, info: write, warn: write, error: write }
    const shop = await reviewShop({ logger })
    const actor = customer('canary-customer')
    const errors: unknown[] = []
    const attempt = (call: Promise<unknown>) => call.catch((error: CommerceError) => errors.push(error.toJSON(), error.stack))
    const own = await shop.commerce.reviews.submit({ actor, handle: 'mug', rating: 3, body: 'canary-body', displayName: 'canary-name' })
    await attempt(shop.commerce.reviews.submit({ actor, handle: 'mug', rating: 3, title: 'canary-title' }))
    await attempt(shop.commerce.reviews.submit({ actor, handle: 'tee', rating: 3, title: 'canary-title\u0000', body: 'canary 4242424242424242' }))
    await attempt(shop.commerce.reviews.moderate({ actor: staff, reviewId: own.id, decision: 'reject', reason: 'spam', note: 'canary-note\u0000' }))
    await shop.reject(own.id)
    await attempt(shop.commerce.reviews.delete({ actor, reviewId: own.id }))
    await shop.commerce.worker.runOnce()
    await shop.commerce.audit()
    lines = JSON.stringify(written)
    refusals = JSON.stringify(errors)
  })

  it('holds nothing of what a review says or who wrote it', () => {
    expect(lines).not.toContain('canary')
  })

  it('nor does any refusal', () => {
    expect(refusals).toContain('REVIEW_EXISTS')
    expect(refusals.match(/INVALID_INPUT/g)?.length).toBeGreaterThanOrEqual(2)
    expect(refusals).not.toMatch(/canary|4242/)
  })
})
