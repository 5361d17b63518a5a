import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const demo = fileURLToPath(new URL('demo.ts', import.meta.url))
const run = (...flags: string[]) => promisify(execFile)(process.execPath, ['--conditions=cartwright-source', demo, ...flags])

test('with --json the demo prints its result and nothing else', async () => {
  const { stdout } = await run('--json')
  const result = JSON.parse(stdout)
  expect(result).toMatchObject({
    ok: true,
    products: 60,
    statuses: ['awaiting payment', 'confirmed', 'partly shipped', 'shipped', 'delivered'],
    replayed: true,
    refunded: { amountMinor: expect.any(Number), restocked: 1 },
    rating: { average: 5, count: 1 },
    audit: { violations: 0 },
  })
  expect(result.variants).toBeGreaterThan(60)
  const { discountMinor, taxMinor, creditMinor, cardMinor } = result.paid
  expect([discountMinor > 0, taxMinor > 0, creditMinor]).toEqual([true, true, 2_500])
  expect(cardMinor).toBe(result.orderTotal.amountMinor - creditMinor)
  expect(result.orderNumber).toMatch(/^[2-9A-Z]{4}-[2-9A-Z]{4}$/)
  expect(result.orderTotal).toEqual({ amountMinor: expect.any(Number), currency: 'USD' })
  expect(stdout.trim().split('\n')).toHaveLength(1)
})

test('without it the demo tells the whole story', async () => {
  const { stdout } = await run()
  for (const words of [
    'runing shoes',
    'signed in',
    'HELLO',
    'Sales tax',
    'by gift card',
    'was declined',
    'charged once',
    'JD-0002',
    '1 unit back in the stock',
    'verified purchase',
    '0 violations',
    'All well',
  ])
    expect(stdout).toContain(words)
})
