import { wrongCustomerStores } from './wrong-customer-stores.ts'
import { wrongPorts } from './wrong-ports.ts'
import { wrongSellingStores } from './wrong-selling-stores.ts'

// Run by suites-can-fail.test.ts: most suites below must fail.
for (const { fault, register } of [...wrongSellingStores, ...wrongCustomerStores, ...wrongPorts]) register(fault)
