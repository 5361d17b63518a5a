import { expect, test } from 'vitest'
import { table } from './table.ts'

const plain = (_style: unknown, text: string): string => text
const columns = [{ title: 'n', align: 'right' }, { title: 'name', flexible: true }, { title: 'code' }] as const

test('columns are as wide as their widest cell, colours aside', () => {
  const rows = [
    ['1', '\u001b[31mred\u001b[39m', 'x'],
    ['100', 'Crème', 'yy'],
  ]
  expect(table({ columns, rows, paint: plain, width: undefined })).toBe('  n  name   code\n  1  \u001b[31mred\u001b[39m    x\n100  Crème  yy')
})

test('the flexible column goes on in further lines when the terminal is narrow', () => {
  const text = table({ columns, rows: [['1', 'a title that is far too long for it', 'x']], paint: plain, width: 24 })
  expect(text).toBe('n  name             code\n1  a title that is  x\n   far too long\n   for it')
})

test('a word that is longer than the column is cut', () => {
  const text = table({ columns, rows: [['1', 'https://example.com/a-long-path', 'x']], paint: plain, width: 24 })
  expect(text.split('\n').every((line) => line.length <= 24)).toBe(true)
  expect(text.replaceAll(/\s/g, '')).toContain('https://example')
})
