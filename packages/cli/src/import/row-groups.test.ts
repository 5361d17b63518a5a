import { expect, test } from 'vitest'
import { type ReadRow, rejection } from './rejection.ts'
import { adjacentGroups, type Grouped, maxGroupRows, scatteredGroups } from './row-groups.ts'

async function* rows(keys: readonly (string | null)[]): AsyncGenerator<ReadRow> {
  for (const [index, key] of keys.entries()) {
    yield key === null ? { rejected: rejection(index, null, { code: 'MALFORMED_ROW', message: '' }) } : { row: { line: index, values: { key } } }
  }
}

async function collect(groups: AsyncIterable<Grouped>): Promise<string[]> {
  const found: string[] = []
  for await (const item of groups) {
    found.push('group' in item ? `${item.group.key}: ${item.group.rows.map(({ line }) => line).join(' ')}` : `${item.rejected.line}! ${item.rejected.code}`)
  }
  return found
}

const keyOf = ({ values }: { values: Readonly<Record<string, unknown>> }): string => String(values.key)

test('rows that follow one another are one group, rejected rows between them aside', async () => {
  expect(await collect(adjacentGroups(rows(['a', null, 'a', 'b', 'a']), keyOf))).toEqual(['1! MALFORMED_ROW', 'a: 0 2', 'b: 3', 'a: 4'])
})

test('scattered rows are one group, each in file order', async () => {
  const keys = Array.from({ length: 500 }, (_, index) => `key ${index % 100}`)
  const groups = await collect(scatteredGroups(rows(keys), keyOf))
  expect(groups).toHaveLength(100)
  expect(groups).toContain('key 7: 7 107 207 307 407')
})

test('a group takes no more rows than it may', async () => {
  const keys = Array.from({ length: maxGroupRows + 2 }, () => 'same')
  expect((await collect(adjacentGroups(rows(keys), keyOf))).slice(0, 2)).toEqual([`${maxGroupRows}! TOO_MANY_ROWS`, `${maxGroupRows + 1}! TOO_MANY_ROWS`])
})
