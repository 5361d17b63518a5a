import type { ShippingRates } from '@cartwright/core/ports'
import type { FaultPlan } from './fault-plan.ts'
import { faultyCall, type ServiceFault } from './faulty-service.ts'

/** The same shipping rates, with faults. @param plan - is asked at every `rates`. */
export function faultyShippingRates(shipping: ShippingRates, plan: FaultPlan<'rates', ServiceFault>): ShippingRates {
  return { rates: (request) => faultyCall(plan, 'rates', () => shipping.rates(request)) }
}
