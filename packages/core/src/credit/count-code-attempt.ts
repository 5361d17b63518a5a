import type { Actor } from '../actor.ts'
import type { Context } from '../context.ts'
import { limitedSubject } from '../runtime/rate-rules.ts'

/** Counts an attempt at a gift card's code, by who makes it and by where it comes from. @throws RATE_LIMITED, DEPENDENCY_UNAVAILABLE */
export async function countCodeAttempt({ rates }: Pick<Context, 'rates'>, actor: Actor, client?: string): Promise<void> {
  const subject = limitedSubject(actor)
  if (client !== undefined) await rates.require({ rule: 'giftCard', subject: `client:${client}` })
  if (subject !== undefined) await rates.require({ rule: 'giftCard', subject })
}
