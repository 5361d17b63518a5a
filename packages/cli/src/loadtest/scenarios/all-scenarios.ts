import type { ScenarioName } from '../load-spec.ts'
import { browse } from './browse.ts'
import { checkout } from './checkout.ts'
import { flashSale } from './flash-sale.ts'
import type { Scenario, Stage } from './scenario.ts'
import { search } from './search.ts'

export const scenarios: Readonly<Record<ScenarioName, (stage: Stage) => Scenario>> = { browse, search, checkout, 'flash-sale': flashSale }
