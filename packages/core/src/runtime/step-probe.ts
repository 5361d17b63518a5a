/** The boundaries between the steps of a purchase and its cancellation, in the order in which they are passed. */
export const purchaseSteps = [
  'place.begin',
  'place.quoted',
  'place.prepare.claimed',
  'place.prepare.reserved',
  'place.prepare.written',
  'place.prepared',
  'payment.starting',
  'payment.started',
  'finalise.locked',
  'finalise.written',
  'finalise.done',
  'capture.starting',
  'capture.started',
  'cancel.begin',
  'cancel.voiding',
  'cancel.voided',
  'cancel.written',
  'cancel.done',
  'refund.starting',
  'refund.started',
  'refund.done',
] as const

export type PurchaseStep = (typeof purchaseSteps)[number]

/**
 * Called at every step boundary, inside transactions too, and awaited. For tests: delay to provoke races, kill the process to prove recovery. Does
 * nothing by default.
 */
export type StepProbe = (step: PurchaseStep) => Promise<void>

export const noProbe: StepProbe = async () => {}
