import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { fakePaymentsClient } from '@cartwright/testing'

// A shop whose bank lives in the test: both are named by the environment.
const { TEST_SHOP_FILE = '', TEST_BANK_URL = '' } = process.env

export const storage = sqliteStorage({ file: TEST_SHOP_FILE })
export const currency = 'USD'
export const payments = [fakePaymentsClient({ url: TEST_BANK_URL })]
