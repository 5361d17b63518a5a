import { notACursor } from '../engine/page.ts'

/** The last row of a page of provider events. */
export interface InboxCursor {
  readonly receivedAt: Date
  readonly provider: string
  readonly eventId: string
}

/** As callers see it: opaque text. */
export function encodeInboxCursor({ receivedAt, provider, eventId }: InboxCursor): string {
  return Buffer.from(JSON.stringify([receivedAt.getTime(), provider, eventId])).toString('base64url')
}

/** @throws INVALID_INPUT for text that `encodeInboxCursor` did not make. */
export function decodeInboxCursor(text: string): InboxCursor {
  const cursor = parsed(text)
  if (cursor === undefined || encodeInboxCursor(cursor) !== text) throw notACursor()
  return cursor
}

function parsed(text: string): InboxCursor | undefined {
  try {
    const [ms, provider, eventId] = JSON.parse(Buffer.from(text, 'base64url').toString()) as readonly unknown[]
    const isCursor = Number.isSafeInteger(ms) && typeof provider === 'string' && typeof eventId === 'string'
    return isCursor ? { receivedAt: new Date(ms as number), provider, eventId } : undefined
  } catch {
    return undefined
  }
}
