import { expect, test } from 'vitest'
import { itUnless } from './capability.ts'

test.each(['', ' ', '\n'])('a blank reason to leave a test out is refused: %j', (reason) => {
  expect(() => itUnless(reason, 'keeps what it is given', () => {})).toThrow("'keeps what it is given' cannot be left out without a reason")
})
