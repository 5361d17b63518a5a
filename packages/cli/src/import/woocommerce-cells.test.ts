import { describe, expect, test } from 'vitest'
import { categoryPaths, listedValues, longText, plainCell, readDay, readLocalPrice, readUnits, readWeight } from './woocommerce-cells.ts'

test('a list keeps the commas that are escaped', () => {
  expect(listedValues('Salt\\, pepper, Oil,, Vinegar\\,')).toEqual(['Salt, pepper', 'Oil', 'Vinegar,'])
})

test('the apostrophe before a would-be formula is taken off, any other stays', () => {
  expect(["'=1+1", "'-20", "'@home", "'tis", ' plain '].map(plainCell)).toEqual(['=1+1', '-20', '@home', "'tis", 'plain'])
})

test('line breaks are written as \\n', () => {
  expect(longText('<p>a</p>\\n<p>b\\\\nc</p>')).toBe('<p>a</p>\n<p>b\\nc</p>')
})

test('category paths are cut at >, once each, without the default category', () => {
  expect(categoryPaths('Men &amp; boys > Shirts, Music, Uncategorized, Music, Food\\, drink > Tea')).toEqual([
    ['Men & boys', 'Shirts'],
    ['Music'],
    ['Food, drink', 'Tea'],
  ])
})

describe('prices', () => {
  test.each([
    ['19.99', 1999],
    ['19,99', 1999],
    ['19,9', 1990],
    ['.5', 50],
    [',50', 50],
    ['20', 2000],
  ])('%s is understood', (text, value) => {
    expect(readLocalPrice(text, 'EUR')).toEqual({ value })
  })

  test.each(['1,234', '1.234,50', '-1', '$5', '1e3', ''])('%s is refused, not guessed', (text) => {
    expect(readLocalPrice(text, 'EUR')).toMatchObject({ problem: { code: 'INVALID_PRICE' } })
  })
})

test('units that are owed are none', () => {
  expect([readUnits('-3'), readUnits('7'), readUnits('7.00')]).toEqual([{ value: 0 }, { value: 7 }, { value: 7 }])
  expect(readUnits('1.5')).toMatchObject({ problem: { code: 'INVALID_QUANTITY' } })
})

test('weights are in the unit of the header', () => {
  expect([readWeight('.5', 'kg'), readWeight('2', 'lbs'), readWeight('0', 'kg')]).toEqual([{ value: 500 }, { value: 907 }, { value: undefined }])
})

test('a day is cut off a moment', () => {
  expect([readDay('2026-03-01'), readDay('2026-03-01 10:00:00'), readDay('2026-03-01T10:00')]).toEqual(Array(3).fill({ value: '2026-03-01' }))
  expect(readDay('01/03/2026')).toMatchObject({ problem: { code: 'INVALID_DATE' } })
})
