import { expect, test } from 'vitest'
import { fillSnippets, regionOf } from './snippets.ts'

const source =
  "import { a } from 'a'\n\nfunction main() {\n  // #region work\n  a()\n  // #region inner\n  if (a) {\n    a()\n  }\n  // #endregion inner\n  // #endregion work\n}\n"

test('a region loses its indent and the marks inside it', () => {
  expect(regionOf(source, 'work')).toBe('a()\nif (a) {\n  a()\n}')
  expect(regionOf(source, 'inner')).toBe('if (a) {\n  a()\n}')
})

test('a missing or unfinished region is an error', () => {
  expect(() => regionOf(source, 'other')).toThrow('no region other')
  expect(() => regionOf('// #region open\n', 'open')).toThrow('region open has no end')
})

test('blocks are filled from their files, and filling twice changes nothing', () => {
  const page = 'Text.\n\n<!-- snippet: x.ts#inner -->\n```ts\nold\n```\n\n```ts\nuntouched\n```\n'
  const filled = fillSnippets(page, () => source)
  expect(filled).toBe('Text.\n\n<!-- snippet: x.ts#inner -->\n```ts\nif (a) {\n  a()\n}\n```\n\n```ts\nuntouched\n```\n')
  expect(fillSnippets(filled, () => source)).toBe(filled)
})

test('a block without a region takes the whole file, marks left out', () => {
  expect(fillSnippets('<!-- snippet: x.ts -->\n```ts\n```\n', () => '// #region a\na()\n// #endregion a\n')).toBe('<!-- snippet: x.ts -->\n```ts\na()\n```\n')
})

test('a snippet without a fence to fill is an error', () => {
  expect(() => fillSnippets('<!-- snippet: x.ts -->\n\ntext\n', () => '')).toThrow('no fence follows the snippet x.ts')
})
