export { type FaultPlan, type ScriptedFault, scriptedFaults, seededFaults } from './faults/fault-plan.ts'
export {
  type ChangingCall,
  type FaultyPaymentProvider,
  faultyPaymentProvider,
  type LookUpCall,
  type ProviderFault,
} from './faults/faulty-payment-provider.ts'
export { faultySearchIndex } from './faults/faulty-search-index.ts'
export type { ServiceFault } from './faults/faulty-service.ts'
export { faultyShippingRates } from './faults/faulty-shipping-rates.ts'
export { faultyStorage, type StorageFault } from './faults/faulty-storage.ts'
export { faultyTaxCalculator } from './faults/faulty-tax-calculator.ts'
