import { expect, test } from 'vitest'
import { plainBoolean, readCurrency, readDecimalPrice, readGrams, readMinorPrice, readQuantity } from './cell-values.ts'

test.each([
  ['19.99', 'USD', 1999],
  ['19.9', 'USD', 1990],
  ['19.990', 'USD', 1999],
  ['0.29', 'USD', 29],
  ['500', 'JPY', 500],
  ['1.234', 'KWD', 1234],
])('%s %s is %i minor units', (text, currency, minor) => {
  expect(readDecimalPrice(text, currency)).toEqual({ value: minor })
})

test.each(['-1', '1,50', '1e3', 'free', '9.999', '$5', '', '0x10', 'NaN', '9'.repeat(20)])('"%s" is no price', (text) => {
  expect(readDecimalPrice(text, 'USD')).toMatchObject({ problem: { code: 'INVALID_PRICE' } })
})

test('a price in minor units is a whole number', () => {
  expect(readMinorPrice('4995')).toEqual({ value: 4995 })
  expect(readMinorPrice('49.95')).toMatchObject({ problem: { code: 'INVALID_PRICE' } })
})

test.each(['-1', '1.5', 'some', '1e2', '9007199254740993'])('"%s" is no quantity', (text) => {
  expect(readQuantity(text)).toMatchObject({ problem: { code: 'INVALID_QUANTITY' } })
})

test('quantities of 0, and those that a spreadsheet wrote as 3.0, are read', () => {
  expect(readQuantity('0')).toEqual({ value: 0 })
  expect(readQuantity('3.0')).toEqual({ value: 3 })
})

test('weights become whole grams, and 0 means unknown', () => {
  expect(readGrams('19.8', 'lb')).toEqual({ value: 8981 })
  expect(readGrams('1.5', 'kg')).toEqual({ value: 1500 })
  expect(readGrams('0', 'g')).toEqual({ value: undefined })
  expect(readGrams('1', 'stone')).toMatchObject({ problem: { code: 'INVALID_WEIGHT' } })
})

test('currencies are ISO 4217 codes', () => {
  expect(readCurrency('eur')).toEqual({ value: 'EUR' })
  expect(readCurrency('QQQ')).toMatchObject({ problem: { code: 'UNKNOWN_CURRENCY' } })
})

test('booleans are those of spreadsheets', () => {
  expect(['TRUE', 'yes', '1'].map(plainBoolean)).toEqual([true, true, true])
  expect(['false', 'No', '0'].map(plainBoolean)).toEqual([false, false, false])
  expect(plainBoolean('maybe')).toBeUndefined()
})
