import * as z from 'zod'
import { textInput } from './parse-input.ts'

/**
 * Whether a text holds a card number: neighbouring groups of digits, parted by blanks or hyphens, that have 13 to 19 digits together and pass the Luhn check.
 * Card numbers have no place in this system.
 */
function holdsCardNumber(text: string): boolean {
  for (const [run] of text.matchAll(/\d+(?:[ -]\d+)*/g)) {
    const groups = run.split(/[ -]/)
    for (let first = 0; first < groups.length; first += 1) {
      let digits = ''
      for (let last = first; last < groups.length && digits.length < 19; last += 1) {
        digits += groups[last]
        if (digits.length >= 13 && digits.length <= 19 && passesLuhn(digits)) return true
      }
    }
  }
  return false
}

function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index])
    const doubled = index % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

/** A text that people write: as `textInput`, and without card numbers. */
export const freeText = (max: number, min = 1) => textInput(max, min).refine((text) => !holdsCardNumber(text), { message: 'must not contain a card number' })

/** The same for a text of several lines: line breaks and tabs are kept, a carriage return before a line break is not. Blanks alone are no text. */
export function freeLines(max: number) {
  const oneLine = freeText(max)
  return z
    .string()
    .max(max)
    .transform((text) => text.replaceAll('\r\n', '\n'))
    .superRefine((text, issues) => {
      const read = oneLine.safeParse(text.replaceAll(/[\n\t]/g, ' '))
      for (const { message } of read.error?.issues ?? []) issues.addIssue({ code: 'custom', message })
      if (text.trim() === '') issues.addIssue({ code: 'custom', message: 'must not be blank' })
    })
}
