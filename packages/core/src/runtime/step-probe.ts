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

/** The boundaries between a cart's change in the live store and its copy in the database; passed only in a shop that has such a store. */
export const liveCartSteps = ['cart.saving', 'cart.saved', 'carts.copying', 'carts.copied', 'carts.reported'] as const

/** The boundaries between a webhook's arrival and the end of what follows from it, in the order in which they are passed. */
export const webhookSteps = ['webhook.verified', 'webhook.written', 'webhook.recorded', 'inbox.claimed', 'inbox.read', 'inbox.booked', 'inbox.done'] as const

/** The boundaries of a merge: before a cart leaves the live store, and before both carts are changed in the database. */
type MergeStep = 'cart.leaving' | 'cart.merging'

/** Any boundary that a probe can be called at; `login.checked` lies between the look at the password and the session, in one transaction. */
export type ShopStep = PurchaseStep | (typeof liveCartSteps)[number] | (typeof webhookSteps)[number] | MergeStep | 'login.checked'

/**
 * Called at every step boundary, inside transactions too, and awaited. For tests: delay to provoke races, kill the process to prove recovery. Does
 * nothing by default.
 */
export type StepProbe = (step: ShopStep) => Promise<void>

export const noProbe: StepProbe = async () => {}
