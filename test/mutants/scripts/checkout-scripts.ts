import { address } from '../../races/tasks/buyer.ts'
import type { Script } from '../script.ts'
import { openBench, unitMinor } from '../workbench.ts'

const minute = 60_000
const price = (amountMinor: number) => ({ sku: 'HOT', price: { amountMinor, currency: 'USD' } })

/** A repeated key gets the first answer; with other parameters it is refused, and a refusal stays one. */
export const repeatedKey: Script = async ({ clock, commerce, findings, quoted, place, settle }) => {
  const cart = await quoted('ada', { HOT: 1 })
  const first = await place(cart, 'card_ok', 'a')
  const again = await place(cart, 'card_ok', 'a')
  findings.expect(again.order.id === first.order.id, 'a repeated key made another order')
  await findings.refused('IDEMPOTENCY_KEY_REUSED', 'a key with other parameters', place(cart, 'card_ok', 'a', { email: 'other@example.com' }))
  const greedy = await quoted('bob', { TEE: 6 })
  await findings.refused('OUT_OF_STOCK', 'an order for more than there is', place(greedy, 'card_ok', 'b'))
  await commerce.inventory.adjust({ sku: 'TEE', by: 1, reason: 'received' })
  clock.advance(minute)
  await findings.refused('OUT_OF_STOCK', 'a key that was refused', place(greedy, 'card_ok', 'b'))
  await commerce.inventory.adjust({ sku: 'TEE', by: -1, reason: 'correction' })
  await settle()
}

/** While a call runs, the same key waits for it. */
export const keyInFlight: Script = async (bench) => {
  const { bank, faults, findings, quoted, place, settle } = bench
  const cart = await quoted('ada', { HOT: 1 })
  faults.start = async (params) => {
    delete faults.start
    await findings.refused('IDEMPOTENCY_IN_FLIGHT', 'a key whose call is running', place(cart, 'card_ok', 'a'))
    return bank.start(params)
  }
  await place(cart, 'card_ok', 'a')
  await settle()
}

/** One cart makes one order, whatever keys it is placed under. */
export const oneOrderPerCart: Script = async ({ findings, quoted, place, settle }) => {
  const cart = await quoted('ada', { HOT: 1 })
  await place(cart, 'card_ok', 'a')
  await findings.refused('CART_CLOSED', 'a second order of one cart', place(cart, 'card_ok', 'b'))
  await settle()
}

/** A buyer pays the total that was shown, or is asked again. */
export const repriced: Script = async ({ commerce, findings, quoted, place, settle }) => {
  const warm = await quoted('bob', { HOT: 1 })
  await place(warm, 'card_ok', 'w')
  const cart = await quoted('ada', { HOT: 2 })
  await commerce.catalog.setPrice(price(1500))
  await findings.refused('TOTAL_CHANGED', 'a total that has changed', place(cart, 'card_ok', 'a'))
  await settle()
}

/** What a second tab adds is paid for, or the buyer is asked again. */
export const editedCart: Script = async ({ commerce, findings, quoted, place, settle }) => {
  const cart = await quoted('ada', { HOT: 1 })
  await commerce.carts.addLine({ actor: { type: 'customer', customerId: 'ada' }, cartId: cart.cartId, sku: 'TEE', quantity: 1 })
  await findings.refused('TOTAL_CHANGED', 'a cart that has grown', place(cart, 'card_ok', 'a'))
  await settle()
}

/** An old quote is made anew, with what shipping costs now. */
export const oldQuote: Script = async ({ engine, findings }, plant) => {
  let shippingMinor = 0
  const bench = await openBench({ plant, engine, findings, shipping: async () => shippingMinor })
  const { clock, quoted, place, settle } = bench
  const cart = await quoted('ada', { HOT: 1 })
  shippingMinor = 500
  clock.advance(60 * minute)
  await findings.refused('TOTAL_CHANGED', 'an old quote', place(cart, 'card_ok', 'a'))
  await settle()
  await bench.close()
}

/** A price that changes while the quote is made is in its lines and its total, or in neither. */
export const repricedWhileQuoted: Script = async ({ engine, findings }, plant) => {
  let meanwhile = async () => {}
  const bench = await openBench({
    plant,
    engine,
    findings,
    shipping: async () => {
      await meanwhile()
      return 0
    },
  })
  const { commerce, quoted, place, settle } = bench
  meanwhile = async () => {
    meanwhile = async () => {}
    await commerce.catalog.setPrice(price(1500))
  }
  const cart = await quoted('ada', { HOT: 1 })
  await commerce.catalog.setPrice(price(unitMinor))
  const placed = await place(cart, 'card_ok', 'a')
  findings.expect(placed.order.totalMinor === unitMinor, `charged ${placed.order.totalMinor} for a line of ${unitMinor}`)
  await settle()
  await bench.close()
}

/** The parts of an order add up to what is charged. */
export const addsUp: Script = async ({ commerce, findings, quoted, place, settle }) => {
  const cart = await quoted('ada', { HOT: 3, TEE: 2 })
  const { order } = await place(cart, 'card_ok', 'a')
  const lines = order.lines.reduce((sum, { totalMinor }) => sum + totalMinor, 0)
  findings.expect(lines === order.subtotalMinor, `lines of ${lines} in a subtotal of ${order.subtotalMinor}`)
  await commerce.checkout
    .quote({ actor: { type: 'customer', customerId: 'ada' }, cartId: cart.cartId, shippingAddress: address, shippingMethod: 'standard' })
    .then(() => findings.expect(false, 'a cart that was ordered was quoted again'))
    .catch(() => {})
  await settle()
}
