import { expect, test } from 'vitest'
import { madeSku, shortHash, slug } from './made-keys.ts'

test.each([
  ['Crème Brûlée, 2 pcs', 'creme-brulee-2-pcs'],
  ['  --Hello__World--  ', 'hello-world'],
  ['Œuvre №5', 'uvre-no5'],
  ['日本', ''],
])('the slug of "%s" is "%s"', (text, expected) => {
  expect(slug(text)).toBe(expected)
})

test('long texts that differ at the end keep different slugs', () => {
  const long = 'a very long name of a cable with many words '.repeat(4)
  const [one, two] = [slug(`${long} one`), slug(`${long} two`)]
  expect(one).not.toBe(two)
  expect(one.length).toBeLessThanOrEqual(100)
  expect(slug(`${long} one`)).toBe(one)
})

test('a hash depends on how the texts are divided', () => {
  expect(shortHash(['ab', 'c'])).not.toBe(shortHash(['a', 'bc']))
  expect(shortHash(['x'])).toMatch(/^[0-9a-f]{8}$/)
})

test('a SKU is made of the handle and the option values', () => {
  expect(madeSku('clay-pot', ['Extra Large'])).toBe('clay-pot-extra-large')
  expect(madeSku('clay-pot', [])).toBe('clay-pot')
  expect(madeSku('shirt', ['赤'])).not.toBe(madeSku('shirt', ['青']))
})
