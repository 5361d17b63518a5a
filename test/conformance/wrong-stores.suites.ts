import { wrongStores } from './wrong-stores.ts'

// Run by suites-can-fail.test.ts: most suites below must fail.
for (const { fault, register } of wrongStores) register(fault)
