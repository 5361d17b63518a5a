import * as z from 'zod'
import { handleInput } from '../catalog/import-record-input.ts'
import { freeLines, freeText } from '../free-text.ts'
import { actorInput, idempotencyKeyInput, idInput, textInput } from '../parse-input.ts'
import type { Rating } from './review.ts'

export const reviewRulesInput = z.strictObject({
  moderation: z.enum(['before', 'after', 'none']).default('before'),
  verifiedOnly: z.boolean().default(false),
})

const ratingInput = z.literal([1, 2, 3, 4, 5]) satisfies z.ZodType<Rating>
const titleInput = freeText(200)
const bodyInput = freeLines(10_000)
const displayNameInput = freeText(100)
const page = { limit: z.int().min(1).max(100).default(20), after: z.string().max(500).optional() }

const submission = {
  actor: actorInput,
  rating: ratingInput,
  title: titleInput.optional(),
  body: bodyInput.optional(),
  displayName: displayNameInput.optional(),
  idempotencyKey: idempotencyKeyInput.optional(),
}

export const submitReviewInput = z.union([z.strictObject({ productId: idInput, ...submission }), z.strictObject({ handle: handleInput, ...submission })], {
  error: 'must name its product by { productId } or { handle }',
})

export const editReviewInput = z.strictObject({
  actor: actorInput,
  reviewId: idInput,
  rating: ratingInput.optional(),
  title: titleInput.nullish(),
  body: bodyInput.nullish(),
  displayName: displayNameInput.nullish(),
})

export const ofReviewInput = z.strictObject({ actor: actorInput, reviewId: idInput })

export const listReviewsInput = z.strictObject({
  productId: idInput,
  sort: z.enum(['newest', 'helpful', 'highest', 'lowest']).default('newest'),
  rating: ratingInput.optional(),
  verified: z.boolean().optional(),
  ...page,
})

export const reviewSummaryInput = z.strictObject({ productId: idInput })

export const myReviewsInput = z.strictObject({ actor: actorInput, productId: idInput.optional(), ...page })

export const voteReviewInput = z.strictObject({ actor: actorInput, reviewId: idInput, vote: z.enum(['helpful', 'unhelpful', 'none']) })

const reviewReasonInput = z.enum(['off_topic', 'offensive', 'personal_data', 'spam', 'fake', 'illegal', 'other'])

export const moderateReviewInput = z.discriminatedUnion('decision', [
  z.strictObject({ actor: actorInput, reviewId: idInput, decision: z.literal('approve') }),
  z.strictObject({ actor: actorInput, reviewId: idInput, decision: z.literal('reject'), reason: reviewReasonInput, note: textInput(1_000).optional() }),
])

export const replyReviewInput = z.strictObject({ actor: actorInput, reviewId: idInput, body: freeLines(5_000).nullable() })

export const reviewQueueInput = z.strictObject({ actor: actorInput, productId: idInput.optional(), ...page })

export const allReviewsInput = z.strictObject({
  actor: actorInput,
  status: z.enum(['pending', 'approved', 'rejected', 'hidden', 'withdrawn']).optional(),
  productId: idInput.optional(),
  customerId: textInput(200).optional(),
  ...page,
})

export type SubmitReviewInput = z.input<typeof submitReviewInput>
export type EditReviewInput = z.input<typeof editReviewInput>
export type OfReviewInput = z.input<typeof ofReviewInput>
export type ListReviewsInput = z.input<typeof listReviewsInput>
export type ReviewSummaryInput = z.input<typeof reviewSummaryInput>
export type MyReviewsInput = z.input<typeof myReviewsInput>
export type VoteReviewInput = z.input<typeof voteReviewInput>
export type ModerateReviewInput = z.input<typeof moderateReviewInput>
export type ReplyReviewInput = z.input<typeof replyReviewInput>
export type ReviewQueueInput = z.input<typeof reviewQueueInput>
export type AllReviewsInput = z.input<typeof allReviewsInput>
