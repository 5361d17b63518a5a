import fc from 'fast-check'
import { bankSteps } from './bank-steps.ts'
import { shopSteps } from './shop-steps.ts'

/** What can happen next, by name: in the shop and at the bank. */
export const allSteps = { ...shopSteps, ...bankSteps }

export type StepName = keyof typeof allSteps

/** One thing that happens. The numbers choose to what, and how: whatever is there when its turn has come. */
export interface Happening {
  readonly does: StepName
  readonly which: number
  readonly how: number
}

/** What befalls one request of the shop to the bank. */
export interface Request {
  /** `lost`: it never arrives. `unheard`: it does its work, and the answer is lost. `dies`: so does the process, with the answer in its hand. */
  readonly ends: 'answered' | 'lost' | 'unheard' | 'dies'
  /** What happens while it is on its way there. */
  readonly before: readonly Happening[]
  /** What happens while its answer is on its way back. */
  readonly after: readonly Happening[]
}

export interface Step extends Happening {
  /** What befalls the first requests that it makes; further ones go well. */
  readonly requests: readonly Request[]
}

export interface Walk {
  /** Of ids and the like. */
  readonly seed: number
  /** What credit the buyer has for each order, in cents: on a gift card, and as store credit. */
  readonly giftCardMinor: number
  readonly storeCreditMinor: number
  /** Whether the bank tells of everything in the end, or the reconciler must find what it has not told of. */
  readonly told: boolean
  /** How the bank decides what has to be decided in the end. */
  readonly inTheEnd: 'good' | 'bad'
  readonly steps: readonly Step[]
}

/** How often each happens, against the others. */
const weights: Readonly<Record<StepName, number>> = {
  place: 5,
  placeAgain: 1,
  resume: 3,
  add: 2,
  capture: 2,
  cancel: 4,
  cancelByBuyer: 2,
  refund: 4,
  fulfil: 1,
  moveReturn: 3,
  work: 12,
  workAll: 3,
  pass: 6,
  tell: 6,
  tellAll: 4,
  chargeElsewhere: 2,
  captureElsewhere: 2,
  cancelElsewhere: 2,
  refundElsewhere: 4,
  settleRefund: 4,
  openDispute: 4,
  decideDispute: 4,
  completeAction: 2,
  abandonAction: 1,
  settle: 2,
}

const lot = fc.nat({ max: 999 })

const does = fc.oneof(...Object.entries(weights).map(([name, weight]) => ({ arbitrary: fc.constant(name as StepName), weight })))

const happening: fc.Arbitrary<Happening> = fc.record({ does, which: lot, how: lot })

const happenings = fc.oneof(
  { arbitrary: fc.constant([]), weight: 3 },
  { arbitrary: fc.array(happening, { minLength: 1, maxLength: 4, size: 'max' }), weight: 1 },
)

const request: fc.Arbitrary<Request> = fc.record({
  ends: fc.oneof(
    { arbitrary: fc.constant('answered' as const), weight: 12 },
    { arbitrary: fc.constantFrom('lost' as const, 'unheard' as const, 'dies' as const), weight: 3 },
  ),
  before: happenings,
  after: happenings,
})

const step: fc.Arbitrary<Step> = fc.record({ does, which: lot, how: lot, requests: fc.array(request, { maxLength: 4, size: 'max' }) })

/** Any walk: over one order or two, and what is added to them. */
export const anyWalk: fc.Arbitrary<Walk> = fc.record({
  seed: fc.nat(),
  giftCardMinor: fc.constantFrom(0, 0, 700, 9_000),
  storeCreditMinor: fc.constantFrom(0, 0, 0, 1_100),
  told: fc.boolean(),
  inTheEnd: fc.constantFrom('good', 'bad'),
  steps: fc.array(step, { minLength: 10, maxLength: 40, size: 'max' }),
})

/** The walk of a seed: the same one each time. */
export function walkOf(seed: number): Walk {
  const [walk] = fc.sample(fc.noBias(anyWalk), { seed, numRuns: 1 })
  if (walk === undefined) throw new Error('fast-check drew nothing')
  return walk
}
