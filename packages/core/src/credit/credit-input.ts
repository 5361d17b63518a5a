import * as z from 'zod'
import { freeText } from '../free-text.ts'
import { actorInput, amountInput, currencyInput, idempotencyKeyInput, idInput, textInput } from '../parse-input.ts'

/** As people type it: blanks, hyphens and small letters make no difference. */
const giftCardCodeInput = textInput(100, 16)

/** How many gift cards may pay one order. */
const maxGiftCards = 10

export const creditChoiceInput = z.strictObject({
  giftCards: z.array(giftCardCodeInput).max(maxGiftCards).default([]),
  storeCredit: z.boolean().default(false),
  maxMinor: amountInput.optional(),
})

const positiveAmount = amountInput.min(1)

/** What a balance grows by, or shrinks. */
const changeInput = z
  .number()
  .int()
  .min(-Number.MAX_SAFE_INTEGER)
  .max(Number.MAX_SAFE_INTEGER)
  .refine((value) => value !== 0, { message: 'must not be 0' })

export const issueGiftCardInput = z.strictObject({
  actor: actorInput,
  amountMinor: positiveAmount,
  currency: currencyInput.optional(),
  expiresAt: z.date().optional(),
  note: freeText(500).optional(),
  idempotencyKey: idempotencyKeyInput.optional(),
})

const ofGiftCard = { actor: actorInput, giftCardId: idInput }

export const findGiftCardInput = z.union([z.strictObject(ofGiftCard), z.strictObject({ actor: actorInput, code: giftCardCodeInput })])

export const ofGiftCardInput = z.strictObject(ofGiftCard)

export const listGiftCardsInput = z.strictObject({
  actor: actorInput,
  status: z.enum(['active', 'disabled']).optional(),
  limit: z.int().min(1).max(100).default(20),
  after: z.string().max(500).optional(),
})

export const giftCardEntriesInput = z.strictObject({
  ...ofGiftCard,
  limit: z.int().min(1).max(100).default(20),
  after: z.string().max(500).optional(),
})

export const adjustGiftCardInput = z.strictObject({
  ...ofGiftCard,
  amountMinor: changeInput,
  note: freeText(500),
  idempotencyKey: idempotencyKeyInput.optional(),
})

export const giftCardCodeParams = z.strictObject({ actor: actorInput, code: giftCardCodeInput, client: textInput(200).optional() })

const customerInput = textInput(200)

export const grantCreditInput = z.strictObject({
  actor: actorInput,
  customerId: customerInput,
  amountMinor: positiveAmount,
  currency: currencyInput.optional(),
  note: freeText(500).optional(),
  idempotencyKey: idempotencyKeyInput.optional(),
})

export const adjustCreditInput = z.strictObject({
  actor: actorInput,
  customerId: customerInput,
  amountMinor: changeInput,
  currency: currencyInput.optional(),
  note: freeText(500),
  idempotencyKey: idempotencyKeyInput.optional(),
})

export const creditBalanceInput = z.strictObject({ actor: actorInput, customerId: customerInput.optional(), currency: currencyInput.optional() })

export const creditEntriesInput = z.strictObject({
  actor: actorInput,
  customerId: customerInput.optional(),
  currency: currencyInput.optional(),
  limit: z.int().min(1).max(100).default(20),
  after: z.string().max(500).optional(),
})

export type IssueGiftCardInput = z.input<typeof issueGiftCardInput>
export type FindGiftCardInput = z.input<typeof findGiftCardInput>
export type OfGiftCardInput = z.input<typeof ofGiftCardInput>
export type ListGiftCardsInput = z.input<typeof listGiftCardsInput>
export type GiftCardEntriesInput = z.input<typeof giftCardEntriesInput>
export type AdjustGiftCardInput = z.input<typeof adjustGiftCardInput>
export type GiftCardCodeInput = z.input<typeof giftCardCodeParams>
export type GrantCreditInput = z.input<typeof grantCreditInput>
export type AdjustCreditInput = z.input<typeof adjustCreditInput>
export type CreditBalanceInput = z.input<typeof creditBalanceInput>
export type CreditEntriesInput = z.input<typeof creditEntriesInput>
/** Which credit is to pay, checked. */
export type CreditChoiceInput = z.output<typeof creditChoiceInput>
