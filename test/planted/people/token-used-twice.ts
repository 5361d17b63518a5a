import type { Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Looks whether a token is good, and does not use it up: the mail that it came in opens the account for as long as it lives. */
export function tokenUsedTwice(storage: Storage): Storage {
  return withFault(storage, (tx) => {
    const accounts = overlay(tx.accounts, {
      useToken: async (params) => (await tx.accounts.tokenOwner(params)) === params.customerId,
      dropTokens: async () => {},
    })
    return overlay(tx, { accounts })
  })
}
