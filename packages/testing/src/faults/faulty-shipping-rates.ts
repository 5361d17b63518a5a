import type { ShippingRates } from '@cartwright/core/ports'
import type { FaultPlan } from './fault-plan.ts'
import { faultyCall, type ServiceFault } from './faulty-service.ts'

/** The same shipping rates, with faults. @param plan - is asked at every `rates`, and at every `pickups` as if it were one. */
export function faultyShippingRates(shipping: ShippingRates, plan: FaultPlan<'rates', ServiceFault>): ShippingRates {
  const { pickups } = shipping
  return {
    rates: (request) => faultyCall(plan, 'rates', () => shipping.rates(request)),
    ...(pickups === undefined ? {} : { pickups: (request) => faultyCall(plan, 'rates', () => pickups.call(shipping, request)) }),
  }
}
