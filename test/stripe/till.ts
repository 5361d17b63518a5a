import { createCommerce } from '@cartwright/core'
import { runAsProcess } from '@cartwright/testing/crash'
import { stripePayments } from '../../packages/payments-stripe/src/index.ts'
import { openPlace, placeCart, type TillSetup } from './till-setup.ts'

/** Places a cart that is paid through Stripe, in a process of its own. */
runAsProcess<TillSetup>(async ({ setup, probe, ready }) => {
  const commerce = await createCommerce({ storage: await openPlace(setup.place), currency: 'USD', payments: [stripePayments(setup.stripe)], probe })
  await ready()
  const { outcome } = await placeCart(commerce, setup)
  await commerce.close()
  return outcome
})
