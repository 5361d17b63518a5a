import type { Script } from '../script.ts'

const minute = 60_000

/** A price list counts for its group until it ends; then a buyer pays what a unit costs again, or is asked first. */
export const listEnded: Script = async ({ clock, commerce, findings, quoted, place, settle }) => {
  const staff = { type: 'system' } as const
  await commerce.customers.setGroups({ actor: staff, customerId: 'ada', groups: ['club'] })
  const endsAt = new Date(clock.date().getTime() + minute)
  await commerce.prices.save({ actor: staff, code: 'club', name: 'Club', currency: 'USD', groups: ['club'], endsAt })
  await commerce.prices.setPrices({ actor: staff, code: 'club', prices: [{ sku: 'HOT', amountMinor: 100 }] })
  const cart = await quoted('ada', { HOT: 1 })
  findings.expect(cart.total.amountMinor === 100, 'a list did not count for its group')
  const others = await quoted('bob', { HOT: 1 })
  findings.expect(others.total.amountMinor !== 100, 'a list counted for somebody outside of its group')
  clock.advance(minute)
  await findings.refused('TOTAL_CHANGED', 'the price of a list that has ended', place(cart, 'card_ok', 'a'))
  await settle()
}
