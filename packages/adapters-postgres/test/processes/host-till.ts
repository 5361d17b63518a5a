import { createCommerce } from '@cartwright/core'
import { fakePaymentsClient } from '@cartwright/testing'
import { runAsProcess } from '@cartwright/testing/crash'
import { postgresStorage } from '../../src/postgres-storage.ts'
import { plainHost, quotedMug } from '../host-shop.ts'

/** Sells one mug in a transaction of a host, in a process of its own. */
runAsProcess<{ url: string; bankUrl: string }>(async ({ setup: { url, bankUrl }, probe, ready }) => {
  const commerce = await createCommerce({ storage: postgresStorage({ url }), currency: 'USD', payments: [fakePaymentsClient({ url: bankUrl })], probe })
  const host = plainHost.open(url)
  const order = await quotedMug(commerce)
  await ready()
  await host.inTransaction(async (transaction, note) => {
    await note('one')
    await commerce.using(transaction).checkout.prepare(order)
  })
  await commerce.checkout.pay({ actor: order.actor, idempotencyKey: order.idempotencyKey })
  await host.close()
  await commerce.close()
})
