import type { IssuedGiftCard, StoreCreditBalance } from '@cartwright/core'
import { anyOf, type Buyer, nextNumber, type Operation, type Scene, sendKeyed, staff } from './cast.ts'
import { KeyedCall } from './keyed-call.ts'
import { chance } from './seed-streams.ts'

/** Which credit a buyer wants to pay with: some of the codes that are known, as everybody here knows them all, and store credit. */
export function chooseCredits({ world, plan, random }: Scene, actor: Buyer['actor']) {
  if (plan.giftCards === undefined || chance(random, 0.4)) return {}
  const codes = [...world.tally.giftCards.values()].flatMap(({ code }) => (code !== null && chance(random, 0.6) ? [code] : []))
  return { credits: { giftCards: codes, storeCredit: actor.type === 'customer' && chance(random, 0.7) } }
}

/** One of the buyers tries a code, or does without it again. */
export const applyCode: Operation = async (scene) => {
  const buyer = anyOf(scene.random, scene.buyers)
  if (buyer !== undefined) await tryCode(scene, buyer)
}

export async function tryCode({ world, plan, random, server, commerce }: Scene, { actor, cartId }: Buyer): Promise<void> {
  const code = anyOf(random, plan.offers?.flatMap((offer) => offer.code ?? []) ?? [])
  if (code === undefined) return
  const leaves = chance(random, 0.1)
  await world.call(server, leaves ? 'remove a code' : 'apply a code', () =>
    leaves ? commerce.carts.removeVoucher({ actor, cartId, code }) : commerce.carts.applyVoucher({ actor, cartId, code }),
  )
}

/** Staff issue a gift card, whose code everybody here knows from then on, unless its answer was lost. */
export const issueCard: Operation = async (scene) => {
  const { world, plan, random } = scene
  if (plan.giftCards === undefined) return
  const amountMinor = random.pick([300, 1_000, 2_500])
  const idempotencyKey = `card-${nextNumber(scene)}`
  const call = new KeyedCall<IssuedGiftCard>({
    what: `${idempotencyKey} with ${amountMinor}`,
    send: (commerce) => commerce.giftCards.issue({ actor: staff, amountMinor, idempotencyKey }),
    identity: ({ giftCard }) => giftCard.id,
    book: ({ giftCard, code }, first) => {
      if (first) world.tally.giftCards.set(giftCard.id, { code, amountMinor })
    },
  })
  await sendKeyed(scene, call)
}

/** Staff give a customer store credit. */
export const grantCredit: Operation = async (scene) => {
  const { world, plan, random } = scene
  if (plan.giftCards === undefined) return
  const customerId = `customer-${random.integer(1, 3)}`
  const amountMinor = random.pick([100, 1_000])
  const idempotencyKey = `grant-${nextNumber(scene)}`
  const call = new KeyedCall<StoreCreditBalance>({
    what: `${idempotencyKey} of ${amountMinor} to ${customerId}`,
    send: (commerce) => commerce.storeCredit.grant({ actor: staff, customerId, amountMinor, idempotencyKey }),
    identity: (balance) => balance.customerId,
    book: (_balance, first) => {
      if (first) world.tally.grants.set(customerId, (world.tally.grants.get(customerId) ?? 0) + amountMinor)
    },
  })
  await sendKeyed(scene, call)
}

/** Somebody searches: an answer, of the index or of the database, shows nothing that the shop does not have. */
export const search: Operation = async ({ world, plan, random, server, commerce }) => {
  const text = random.pick(plan.goods).handle
  const found = await world.call(server, 'search', () => commerce.search.query({ text, limit: 100 }))
  if (found.outcome !== 'answered') return
  for (const { handle } of found.value.items)
    if (!plan.goods.some((goods) => goods.handle === handle)) world.problems.push(`the search has found ${handle}, which nobody sells`)
}
