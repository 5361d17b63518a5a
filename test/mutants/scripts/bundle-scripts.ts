import type { Script } from '../script.ts'

/** A bundle takes all that goes into it, together with a line of the same goods. */
export const boxed: Script = async ({ commerce, findings, quoted, place, stock, settle }) => {
  const variants = [{ sku: 'BOX', prices: [{ currency: 'USD', amountMinor: 2_000 }], components: [{ sku: 'HOT', quantity: 2 }, { sku: 'TEE' }] }]
  await commerce.catalog.upsertMany({ products: [{ handle: 'box', title: 'Box', variants }] })
  await place(await quoted('ada', { BOX: 2, HOT: 1 }), 'card_ok', 'a')
  findings.expect((await stock('HOT')).reserved === 5, 'two boxes of two and a single one do not come to five')
  findings.expect((await stock('TEE')).reserved === 2, 'two boxes do not hold what goes into them')
  await findings.refused('OUT_OF_STOCK', 'a box whose parts have gone', place(await quoted('ben', { BOX: 3 }), 'card_ok', 'b'))
  await settle()
}
