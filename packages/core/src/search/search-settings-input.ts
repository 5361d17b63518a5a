import * as z from 'zod'
import { categoryPathInput } from '../catalog/import-record-input.ts'
import { actorInput, idInput, textInput } from '../parse-input.ts'
import { foldedWordsOf } from './search-words.ts'

const phraseInput = textInput(100).refine((text) => foldedWordsOf(text).length > 0, { message: 'must have a word' })

const groupInput = z
  .strictObject({
    productIds: z.array(idInput).max(200).default([]),
    categories: z.array(categoryPathInput).max(50).default([]),
    attributes: z
      .array(z.strictObject({ name: textInput(200), value: z.string().min(1).max(255) }))
      .max(50)
      .default([]),
  })
  .prefault({})

const pinsInput = z
  .array(z.strictObject({ productId: idInput, position: z.int().min(1).max(1_000) }))
  .max(50)
  .refine((pins) => new Set(pins.map(({ productId }) => productId)).size === pins.length, { message: 'must not pin a product twice' })
  .refine((pins) => new Set(pins.map(({ position }) => position)).size === pins.length, { message: 'must not use a position twice' })

const ruleInput = z.strictObject({
  name: textInput(100),
  when: z
    .strictObject({ text: phraseInput.optional(), category: categoryPathInput.optional() })
    .refine(({ text, category }) => text !== undefined || category !== undefined, { message: 'must have a text or a category' }),
  pins: pinsInput.default([]),
  boost: groupInput,
  bury: groupInput,
})

const synonymInput = z
  .strictObject({ words: z.array(phraseInput).min(1).max(50), alsoFind: z.array(phraseInput).min(1).max(50).optional() })
  .refine(({ words, alsoFind }) => alsoFind !== undefined || words.length > 1, { message: 'must have two words, or alsoFind' })

export const readSettingsInput = z.strictObject({ actor: actorInput })

export const saveSettingsInput = z.strictObject({
  actor: actorInput,
  version: z.int().min(0),
  rules: z
    .array(ruleInput)
    .max(1_000)
    .refine((rules) => new Set(rules.map(({ name }) => name)).size === rules.length, { message: 'names must differ' })
    .optional(),
  synonyms: z.array(synonymInput).max(2_000).optional(),
})

export type ReadSearchSettingsInput = z.input<typeof readSettingsInput>
export type SaveSearchSettingsInput = z.input<typeof saveSettingsInput>
