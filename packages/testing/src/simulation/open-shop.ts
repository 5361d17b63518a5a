import type { Commerce } from '@cartwright/core'
import { type Cast, staff } from './cast.ts'
import type { Goods, Offer } from './shop-plan.ts'

/** Opens the shop: its servers, goods, stock, promotions and gift cards, before anything can go wrong. */
export async function openShop(cast: Cast): Promise<void> {
  const { world, plan } = cast
  await world.open(plan)
  const [server] = world.servers
  if (server === undefined) throw new RangeError('a shop needs at least one server')
  const { goods, locations, currency, offers, giftCards } = plan
  world.say(`shop: ${JSON.stringify({ goods, locations, currency, inventory: plan.options.inventory, offers, giftCards })}`)
  world.launch(async () => {
    await server.commerce.worker.runOnce({ jobs: ['relay'] })
    await stockUp(cast, server.commerce)
    for (const offer of offers ?? []) await announce(server.commerce, currency, offer)
    for (const amountMinor of giftCards ?? []) {
      const { giftCard, code } = await server.commerce.giftCards.issue({ actor: staff, amountMinor })
      world.tally.giftCards.set(giftCard.id, { code, amountMinor })
    }
  })
  await world.turns()
}

async function stockUp({ world: { tally }, plan }: Cast, { catalog, inventory }: Commerce): Promise<void> {
  const products = plan.goods.map((goods) => ({ handle: goods.handle, title: goods.handle, variants: [variantOf(goods, plan.currency)] }))
  const { rejected } = await catalog.upsertMany({ products })
  if (rejected.length > 0) throw new Error(`the goods were refused: ${JSON.stringify(rejected)}`)
  for (const [priority, code] of plan.locations.entries()) await inventory.ensureLocation({ code, priority })
  for (const { sku, priceMinor, stock, backorder, components } of plan.goods) {
    tally.price(sku, priceMinor)
    if (backorder === 'allow') tally.owed.add(sku)
    if (components !== undefined) tally.bundles.set(sku, new Map(components.map((part) => [part.sku, part.quantity])))
    for (const [location, units] of Object.entries(stock)) {
      const { delta } = await inventory.adjust({ sku, location, to: units, reason: 'received' })
      tally.receive(sku, delta)
    }
  }
}

function variantOf({ sku, priceMinor, stockTracked, backorder, components }: Goods, currency: string) {
  const priced = { sku, prices: [{ currency, amountMinor: priceMinor }] }
  return components === undefined ? { ...priced, stockTracked, backorder } : { ...priced, components }
}

async function announce({ promotions, vouchers }: Commerce, currency: string, { name, priority, code, effect, total, perCustomer }: Offer): Promise<void> {
  const { id: promotionId } = await promotions.create({
    actor: staff,
    name,
    automatic: code === undefined,
    effect: effect.type === 'fixed' ? { type: 'fixed', amounts: { [currency]: effect.amountMinor } } : effect,
    stacking: { priority },
    limits: { total, perCustomer },
  })
  if (code !== undefined) await vouchers.create({ actor: staff, promotionId, code })
}
