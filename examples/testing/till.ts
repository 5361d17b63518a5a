import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce } from '@cartwright/core'
import { fakePaymentsClient } from '@cartwright/testing'
import { runAsProcess } from '@cartwright/testing/crash'
import { cartOfOneMug } from './one-mug.ts'

/** Sells one mug, in a process of its own. */
runAsProcess<{ file: string; bankUrl: string }>(async ({ setup, probe, ready }) => {
  const payments = [fakePaymentsClient({ url: setup.bankUrl })]
  const commerce = await createCommerce({ storage: sqliteStorage({ file: setup.file }), currency: 'USD', payments, probe })
  const order = await cartOfOneMug(commerce)
  await ready()
  const { outcome } = await commerce.checkout.place(order)
  await commerce.close()
  return outcome
})
