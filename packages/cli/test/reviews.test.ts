import { join } from 'node:path'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce, type StaffReviewView } from '@cartwright/core'
import { expect, test } from 'vitest'
import { cartwright, cartwrightJson, temporaryFolder } from './command.ts'

const folder = temporaryFolder()
const file = join(folder, 'shop.db')
const db = ['--db', `sqlite:${file}`]

interface ReviewsPage {
  readonly items: readonly StaffReviewView[]
  readonly next: string | null
}

const idsOf = ({ items }: ReviewsPage) => items.map(({ id }) => id)

test('reviews are listed, approved, rejected with a reason, and answered', { timeout: 60_000 }, async () => {
  const commerce = await createCommerce({ storage: sqliteStorage({ file }), currency: 'USD' })
  await commerce.catalog.upsertMany({ products: [{ handle: 'mug', title: 'Mug', variants: [{ sku: 'MUG', prices: [] }] }] })
  const written: string[] = []
  for (const customerId of ['ada', 'bob', 'eve']) {
    const actor = { type: 'customer', customerId } as const
    written.push((await commerce.reviews.submit({ actor, handle: 'mug', rating: 4, title: 'Fine', body: `Says ${customerId},\nat length.` })).id)
  }
  const [ada = '', bob = '', eve = ''] = written
  const list = async (...more: string[]) => (await cartwrightJson<ReviewsPage>(folder, ['reviews', 'list', ...more, ...db])).value

  expect(idsOf(await list())).toEqual(written)
  const words = await cartwright(folder, ['reviews', 'list', '--limit', '1', ...db])
  expect(words.stdout).toMatch(/★★★★[^\n]*pending[^\n]*Fine · Says ada, at length\.[\s\S]*--after/)
  expect(words.stderr).toContain('cartwright reviews approve')

  await cartwright(folder, ['reviews', 'approve', ada, bob, ...db])
  const rejected = await cartwrightJson<ReviewsPage>(folder, ['reviews', 'reject', eve, '--reason', 'spam', '--note', 'the third', ...db])
  expect(rejected).toMatchObject({ exitCode: 0, value: { items: [{ id: eve, status: 'rejected', reason: 'spam', note: 'the third' }] } })
  expect(idsOf(await list('--status', 'approved')).sort()).toEqual([ada, bob].sort())
  expect((await list()).items).toEqual([])
  expect(await commerce.catalog.get({ handle: 'mug' })).toMatchObject({ ratingAverage: 4, ratingCount: 2 })

  await cartwright(folder, ['reviews', 'reply', ada, 'Thank you!', ...db])
  expect((await list('--all')).items.find(({ id }) => id === ada)?.reply?.body).toBe('Thank you!')
  await commerce.close()
})

test('a reason that there is not, and a reply without a text, are refused', { timeout: 60_000 }, async () => {
  const id = '018f0000-0000-7000-8000-000000000000'
  const [reason, nothing] = await Promise.all([
    cartwright(folder, ['reviews', 'reject', id, '--reason', 'dull', ...db]),
    cartwright(folder, ['reviews', 'reply', id, ...db]),
  ])
  expect(reason.exitCode).toBe(2)
  expect(nothing.exitCode).not.toBe(0)
  expect(nothing.stderr).toContain('--remove')
})
