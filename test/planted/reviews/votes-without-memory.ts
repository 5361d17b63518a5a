import { uuidV7Source } from '@cartwright/core'
import type { Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

const ids = uuidV7Source()

/** Counts every vote as somebody new's. */
export function votesWithoutMemory(storage: Storage): Storage {
  return withFault(storage, (tx) => {
    const reviews = overlay(tx.reviews, {
      vote: ({ reviewId, customerId, helpful }) => tx.reviews.vote({ reviewId, customerId: helpful === null ? customerId : ids.next(), helpful }),
    })
    return overlay(tx, { reviews })
  })
}
