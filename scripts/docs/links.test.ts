import { expect, test } from 'vitest'
import { brokenLinks } from './links.ts'

const pages: Readonly<Record<string, string>> = { 'docs/ports.md': '# Ports\n\n## `Clock`, `IdSource`\n', 'README.md': '# Top\n' }
const check = (page: string) =>
  brokenLinks(
    'docs/tutorial.md',
    page,
    (path) => pages[path],
    (path) => path in pages || path === 'docs/tutorial.md' || path === 'packages',
  )

test('links to files, folders, headings and other sites are left alone', () => {
  expect(check('[a](ports.md) [b](../README.md) [c](../packages) [d](ports.md#clock-idsource) [e](https://example.com/x)')).toEqual([])
})

test('links to missing files and headings are named', () => {
  expect(check('[a](other.md) [b](ports.md#storage) [c](#nothing)')).toEqual(['other.md', 'ports.md#storage', '#nothing'])
})

test('code blocks are no links', () => {
  expect(check('```ts\nconst a = b[0](missing.md)\n```\n')).toEqual([])
})
