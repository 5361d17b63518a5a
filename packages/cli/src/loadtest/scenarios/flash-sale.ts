import { buyer } from './purchase.ts'
import type { Scenario, Stage } from './scenario.ts'

/** One buyer who wants one unit of the one thing on sale. */
export function flashSale(stage: Stage): Scenario {
  const buy = buyer(stage)
  const sku = stage.spec.goods.products[0]?.variants[0]?.sku
  if (sku === undefined) throw new Error('A flash sale needs something on sale')
  return (visit) => buy(visit, [{ sku, quantity: 1 }])
}
