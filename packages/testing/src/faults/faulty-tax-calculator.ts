import type { TaxCalculator } from '@cartwright/core/ports'
import type { FaultPlan } from './fault-plan.ts'
import { faultyCall, type ServiceFault } from './faulty-service.ts'

/** The same tax calculator, with faults. @param plan - is asked at every `calculate`. */
export function faultyTaxCalculator(tax: TaxCalculator, plan: FaultPlan<'calculate', ServiceFault>): TaxCalculator {
  return { calculate: (request) => faultyCall(plan, 'calculate', () => tax.calculate(request)) }
}
