import { sampleBasketSize, sampleUnits } from '../../load-shapes/load-shapes.ts'
import type { SeededSource } from '../../seed/seeded-source.ts'
import { wantedProduct } from './browse.ts'
import { buyer } from './purchase.ts'
import type { Scenario, Stage } from './scenario.ts'

/** A shop refuses longer carts unless it is configured otherwise. */
const maxLines = 200
/** Nearly all measured lines have fewer units, and cost less; nobody buys two dozen lamps. */
const maxUnits = 100
const lineBudgetMinor = 3_000

/** One purchase of as many products as are measured, wanted ones more often. */
export function checkout(stage: Stage): Scenario {
  const buy = buyer(stage)
  return (visit) => buy(visit, basket(stage, visit.source))
}

function basket(stage: Stage, source: SeededSource): readonly { sku: string; quantity: number }[] {
  const { shapes } = stage.spec
  const quantities = new Map<string, number>()
  const size = sampleBasketSize(shapes, source.unit, maxLines)
  for (let line = 0; line < size; line += 1) {
    const { sku, priceMinor } = source.pick(wantedProduct(stage, source.unit).variants)
    const affordable = Math.max(1, Math.min(maxUnits, Math.floor(lineBudgetMinor / Math.max(1, priceMinor))))
    quantities.set(sku, Math.min(maxUnits, (quantities.get(sku) ?? 0) + sampleUnits(shapes, source.unit, affordable)))
  }
  return [...quantities].map(([sku, quantity]) => ({ sku, quantity }))
}
