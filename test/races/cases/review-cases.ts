import type { Rating, RatingSummary, StaffReviewView } from '@cartwright/core'
import { type SeededRandom, seededRandom } from '@cartwright/testing'
import type { Arena } from '../arena.ts'
import { type CaseOptions, type CaseResult, dealt, type Finding, processes, runCase } from '../race-case.ts'
import { racerSetup } from '../racer-setup.ts'
import { Retrier } from '../retrier.ts'
import { shuffled } from '../shuffled.ts'
import { race } from '../start-racer.ts'
import { placeCart } from '../tasks/buyer.ts'
import type { ReviewAct, ReviewOutcome } from '../tasks/review-task.ts'

const staff = { type: 'admin', id: 'staff' } as const
const times = 32

/** What each process does. */
type Shares = readonly (readonly ReviewAct[])[]

async function raced(arena: Arena, shares: Shares) {
  const finishes = await race(shares.map((acts, index) => racerSetup(arena, index, 'review', { acts, handle: 'hot' })))
  return { outcomes: finishes.flatMap(({ results }) => results), busy: finishes.flatMap(({ busy }) => busy) }
}

/** One customer writes 32 times at once, and others once each. */
function writings(others: number, random: SeededRandom): Shares {
  const rating = () => random.integer(1, 5) as Rating
  const own = Array.from({ length: times }, (): ReviewAct => ({ type: 'submit', who: 'ada', rating: rating() }))
  const rest = Array.from({ length: others }, (_, index): ReviewAct => ({ type: 'submit', who: `author-${index}`, rating: rating() }))
  return dealt([...own, ...rest])
}

/**
 * Staff approve every review in all processes at once, while authors change theirs or delete them, staff elsewhere reject some, and 32 voters, each in two
 * processes, find the first customer's helpful.
 */
function quarrels(first: StaffReviewView, reviews: readonly StaffReviewView[], random: SeededRandom): Shares {
  return Array.from({ length: processes }, (_, process) => {
    const acts: ReviewAct[] = reviews.map(({ id }) => ({ type: 'approve', who: 'staff', reviewId: id }))
    for (const [index, { id: reviewId, customerId }] of reviews.entries()) {
      const who = customerId ?? ''
      if (index % processes !== process || reviewId === first.id) continue
      const kind = random.pick(['edit', 'delete', 'reject', 'leave'])
      if (kind === 'edit') acts.push({ type: 'edit', who, reviewId, rating: random.integer(1, 5) as Rating })
      if (kind === 'delete') acts.push({ type: 'delete', who, reviewId })
      if (kind === 'reject') acts.push({ type: 'reject', who: 'staff', reviewId })
    }
    const voters = Array.from({ length: times }, (_voter, index) => index).filter(
      (index) => index % processes === process || (index + 1) % processes === process,
    )
    for (const voter of voters) acts.push({ type: 'vote', who: `voter-${voter}`, reviewId: first.id })
    return shuffled(acts, random)
  })
}

/** What the reviews that are shown come to, counted one by one. */
function counted(reviews: readonly StaffReviewView[]): RatingSummary {
  const stars: [number, number, number, number, number] = [0, 0, 0, 0, 0]
  const shown = reviews.filter(({ status }) => status === 'approved')
  for (const { rating } of shown) stars[(rating - 1) as 0 | 1 | 2 | 3 | 4] += 1
  const points = shown.reduce((sum, { rating }) => sum + rating, 0)
  return { average: shown.length === 0 ? null : points / shown.length, count: shown.length, stars }
}

function readAll(arena: Arena) {
  return arena.use(async ({ catalog, reviews }) => {
    const product = await catalog.get({ handle: 'hot' })
    const items: StaffReviewView[] = []
    for (let after: string | null | undefined; after !== null; ) {
      const page = await reviews.all({ actor: staff, limit: 100, ...(after === undefined ? {} : { after }) })
      items.push(...page.items)
      after = page.next
    }
    return { product, reviews: items, summary: await reviews.summary({ productId: product.id }) }
  })
}

const allowed = new Set(['done', 'NOT_FOUND', 'ILLEGAL_TRANSITION'])

function odd(outcomes: readonly ReviewOutcome[]): readonly string[] {
  return outcomes.filter(({ outcome }) => !allowed.has(outcome)).map(({ type, who, outcome }) => `${who}: ${type} ended in ${outcome}`)
}

/** A16: one customer reviews a product 32 times at once; then everybody approves, changes, deletes, rejects and votes at once. */
export function reviewedTogether(options: CaseOptions): Promise<CaseResult> {
  const others = options.size === 'full' ? 400 : 23
  return runCase('A16-review', options, { supply: { HOT: { main: 4 } } }, async (arena) => {
    const random = seededRandom(options.seed)
    const [cart] = await arena.readyCarts(['ada'])
    if (cart === undefined) throw new Error('ada has no cart')
    const retrier = new Retrier(random)
    const bought = await arena.use((commerce) => placeCart({ commerce, retrier }, 'ada', cart, { method: 'card_ok', idempotencyKey: 'ada' }))
    const written = await raced(arena, writings(others, random))
    const { reviews } = await readAll(arena)
    const [first, ...more] = reviews.filter(({ customerId }) => customerId === 'ada')
    if (first === undefined) throw new Error('ada has no review')
    await arena.use((commerce) => commerce.reviews.moderate({ actor: staff, reviewId: first.id, decision: 'approve' }))
    const fought = await raced(arena, quarrels(first, reviews, random))
    const after = await readAll(arena)
    return (): Finding => {
      const told = written.outcomes.filter(({ who, outcome }) => who === 'ada' && outcome === 'done').length
      const refused = written.outcomes.filter(({ who, outcome }) => who === 'ada' && outcome === 'REVIEW_EXISTS').length
      const shown = counted(after.reviews)
      const [kept, onProduct] = [JSON.stringify(after.summary), JSON.stringify([after.product.ratingAverage, after.product.ratingCount])]
      const votes = after.reviews.find(({ id }) => id === first.id)?.helpfulCount
      return {
        problems: [
          ...written.busy,
          ...fought.busy,
          ...odd(fought.outcomes),
          ...(bought.outcome === 'confirmed' && first.verifiedPurchase ? [] : ['a purchase that was paid is not verified']),
          ...(more.length === 0 && told === 1 && refused === times - 1 ? [] : [`${told} of ${times} reviews by one customer were taken, ${refused} refused`]),
          ...(reviews.length === others + 1 ? [] : [`${reviews.length} reviews by ${others + 1} customers`]),
          ...(votes === times ? [] : [`${votes} votes of ${times} voters`]),
          ...(kept === JSON.stringify(shown) ? [] : [`the reviews come to ${JSON.stringify(shown)}, the summary says ${kept}`]),
          ...(onProduct === JSON.stringify([shown.average, shown.count]) ? [] : [`the product says ${onProduct}`]),
        ],
      }
    }
  })
}
