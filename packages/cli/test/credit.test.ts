import { join } from 'node:path'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce, type IssuedGiftCard } from '@cartwright/core'
import { expect, test } from 'vitest'
import { cartwright, cartwrightJson, temporaryFolder } from './command.ts'

const folder = temporaryFolder()
const file = join(folder, 'shop.db')
const db = ['--db', `sqlite:${file}`]

test('gift cards are issued, listed, shown and disabled, and customers are given credit', { timeout: 90_000 }, async () => {
  const commerce = await createCommerce({ storage: sqliteStorage({ file }), currency: 'USD' })
  await commerce.close()
  const more = ['--expires', '2090-12-31', '--note', 'a prize']
  const issued = await cartwrightJson<IssuedGiftCard>(folder, ['gift-cards', 'issue', '50.00', ...more, ...db])
  const { giftCard, code } = issued.value
  expect(giftCard).toMatchObject({ balanceMinor: 5000, currency: 'USD', note: 'a prize', expiresAt: '2090-12-31T00:00:00.000Z' })
  const list = await cartwright(folder, ['gift-cards', 'list', ...db])
  expect(list.stdout).toMatch(new RegExp(`${giftCard.lastFour}.*active.*50\\.00 USD`))
  expect(list.stdout).not.toContain(code ?? '-')

  expect((await cartwright(folder, ['gift-cards', 'disable', code ?? '', ...db])).stdout).toContain('disabled')
  const shown = await cartwright(folder, ['gift-cards', 'show', giftCard.id, ...db])
  expect(shown.stdout).toMatch(/disabled[\s\S]*expires 2090-12-31[\s\S]*issue \+50\.00 USD by admin cartwright-cli: a prize/)
  expect((await cartwright(folder, ['gift-cards', 'enable', giftCard.id, ...db])).stdout).toContain('active')

  const grant = ['credit', 'grant', 'ada', '12.50', '--key', 'k', ...db]
  await cartwright(folder, grant)
  expect((await cartwright(folder, grant)).stdout).toContain('ada has 12.50 USD.')
  expect((await cartwright(folder, ['credit', 'show', 'ada', ...db])).stdout).toMatch(/ada has 12\.50 USD\.[\s\S]*issue \+12\.50 USD/)
})

test('what is no amount, no day and no card is refused, with what to do', { timeout: 60_000 }, async () => {
  const [odd, day, unknown] = await Promise.all([
    cartwright(folder, ['gift-cards', 'issue', 'much', ...db]),
    cartwright(folder, ['gift-cards', 'issue', '1', '--expires', '2030-02-31', ...db]),
    cartwright(folder, ['gift-cards', 'show', 'AAAA-BBBB-CCCC-DDDD-EEEE', ...db]),
  ])
  expect(odd.stderr).toContain('no amount in USD')
  expect(day.stderr).toContain('2030-12-31')
  expect(unknown.stderr).toContain('cartwright gift-cards list')
})
