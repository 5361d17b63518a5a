import { join } from 'node:path'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce, type VoucherView } from '@cartwright/core'
import { expect, test } from 'vitest'
import { cartwright, cartwrightJson, temporaryFolder } from './command.ts'

const folder = temporaryFolder()
const db = ['--db', 'sqlite:./shop.db']

test('codes are made, shown, listed, generated and ended', { timeout: 60_000 }, async () => {
  const commerce = await createCommerce({ storage: sqliteStorage({ file: join(folder, 'shop.db') }), currency: 'USD' })
  await commerce.close()
  const terms = [
    '--percent',
    '12.5',
    '--minimum',
    '20.00',
    '--category',
    'Kitchen/Mugs',
    '--group',
    'trade',
    '--until',
    '2099-12-24',
    '--uses',
    '100',
    '--per-customer',
    '1',
  ]
  const { value } = await cartwrightJson<VoucherView>(folder, ['vouchers', 'create', 'Spring', '--name', 'Spring sale', ...terms, ...db])
  expect(value).toMatchObject({
    code: 'Spring',
    used: 0,
    promotion: {
      name: 'Spring sale',
      automatic: false,
      effect: { type: 'percentage', basisPoints: 1_250 },
      items: { categories: [['Kitchen', 'Mugs']] },
      conditions: { minimumSubtotal: { USD: 2_000 }, groups: ['trade'] },
      limits: { total: 100, perCustomer: 1 },
      endsAt: '2099-12-24T00:00:00.000Z',
    },
  })
  const taken = await cartwright(folder, ['vouchers', 'create', 'SPRING', '--free-shipping', ...db])
  expect([taken.exitCode, taken.stderr]).toEqual([1, expect.stringMatching(/VOUCHER_TAKEN[\s\S]*vouchers show/)])
  const vague = await cartwright(folder, ['vouchers', 'create', 'VAGUE', ...db])
  expect([vague.exitCode, vague.stderr]).toEqual([1, expect.stringContaining('--percent, --amount or --free-shipping')])

  const shown = await cartwright(folder, ['vouchers', 'show', 'spring', ...db])
  expect(shown.stdout).toMatch(/Spring {2}Spring sale: 12.5% off\nused 0 times\n[\s\S]*only off Kitchen\/Mugs[\s\S]*from 20.00 USD on[\s\S]*only for trade/)
  const made = await cartwrightJson<{ codes: readonly string[] }>(folder, ['vouchers', 'generate', 'SPRING', '--count', '3', '--prefix', 'VIP', ...db])
  expect(made.value.codes).toHaveLength(3)
  const codes = await cartwright(folder, ['vouchers', 'list', '--promotion', value.promotion.id, '--limit', '2', ...db])
  expect(codes.stdout).toMatch(/Spring[\s\S]*VIP-[\s\S]*0 of 1 time[\s\S]*--after VIP-/)
  const promotions = await cartwright(folder, ['vouchers', 'list', ...db])
  expect(promotions.stdout).toMatch(/active[^\n]*a code[^\n]*0 of 100 times[^\n]*12.5% off[^\n]*Spring sale/)
  const ended = await cartwrightJson<VoucherView>(folder, ['vouchers', 'end', 'spring', '--promotion', ...db])
  expect(ended.value).toMatchObject({ endedAt: null, promotion: { status: 'ended' } })
  const gone = await cartwright(folder, ['vouchers', 'show', 'NOBODY', ...db])
  expect([gone.exitCode, gone.stderr]).toEqual([1, expect.stringContaining('cartwright vouchers list')])
})
