/** The shop of a race for the command line: `RACE_FILE` is its database, `RACE_BANK` the bank's address, `RACE_CLOCK` what time it is, in epoch milliseconds. */
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { fakePaymentsClient, manualClock } from '@cartwright/testing'

const { RACE_FILE = '', RACE_BANK = '', RACE_CLOCK = '' } = process.env

export const storage = sqliteStorage({ file: RACE_FILE })
export const currency = 'USD'
export const payments = [fakePaymentsClient({ url: RACE_BANK })]
export const clock = manualClock(new Date(Number(RACE_CLOCK)))
