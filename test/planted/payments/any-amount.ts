import type { PaymentProvider } from '@cartwright/core/ports'
import { overlay } from '../overlay.ts'

/** Promises to charge whatever it is asked for: the buyer hears only after paying that this cannot be paid. */
export function anyAmount(provider: PaymentProvider): PaymentProvider {
  return overlay(provider, { chargeable: () => ({ chargeable: true }) })
}
