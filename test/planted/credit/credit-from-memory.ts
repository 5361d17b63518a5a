import type { CreditAccountId } from '@cartwright/core'
import type { Storage, StorageTransaction } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Decides by what an account was issued with, less what this process has taken of it: what others have taken, it spends again. */
export function creditFromMemory(storage: Storage): Storage {
  const known = new Map<string, number>()
  const issuedMinor = async ({ credit }: StorageTransaction, accountId: CreditAccountId) => {
    const { items } = await credit.entries({ accountId, limit: 100 })
    return items.reduce((sum, { change, amountMinor }) => sum + (change === 'issue' ? amountMinor : 0), 0)
  }
  return withFault(storage, (tx) => {
    const credit = overlay(tx.credit, {
      redeem: async (params) => {
        const { accountId, amountMinor } = params.entry
        const left = known.get(accountId) ?? (await issuedMinor(tx, accountId))
        if (left + amountMinor < 0) return 'refused'
        known.set(accountId, left + amountMinor)
        await tx.credit.redeem(params)
        return 'redeemed'
      },
    })
    return overlay(tx, { credit })
  })
}
