import type { Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Decides by the balance that this process saw first, less what it has taken itself: what others have taken since, it spends again. */
export function creditFromMemory(storage: Storage): Storage {
  const known = new Map<string, number>()
  return withFault(storage, (tx) => {
    const credit = overlay(tx.credit, {
      redeem: async (params) => {
        const { accountId, amountMinor } = params.entry
        const left = known.get(accountId) ?? (await tx.credit.find({ key: { id: accountId } }))?.balanceMinor ?? 0
        if (left + amountMinor < 0) return 'refused'
        known.set(accountId, left + amountMinor)
        await tx.credit.redeem(params)
        return 'redeemed'
      },
    })
    return overlay(tx, { credit })
  })
}
