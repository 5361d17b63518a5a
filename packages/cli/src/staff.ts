import type { Actor } from '@cartwright/core'

/** Whoever may run the command may see every order. */
export const staff: Actor = { type: 'admin', id: 'cartwright-cli' }
