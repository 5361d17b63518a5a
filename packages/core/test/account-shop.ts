import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { type Commerce, type CommerceOptions, createCommerce, type OpenedSession } from '@cartwright/core'
import { type ManualClock, manualClock, manualTimers, quickPasswords } from '@cartwright/testing'
import { onTestFinished } from 'vitest'

export const password = 'correct horse battery'

/** A shop in memory in which customers sign in, with a clock that stands still. */
export async function accountShop(options: Partial<CommerceOptions> = {}): Promise<{ commerce: Commerce; clock: ManualClock }> {
  const clock = manualClock(new Date('2026-03-01T12:00:00Z'))
  const accounts = { passwords: quickPasswords() }
  const storage = sqliteStorage({ file: ':memory:' })
  const commerce = await createCommerce({ storage, currency: 'USD', clock, timers: manualTimers(), accounts, ...options })
  onTestFinished(() => commerce.close())
  return { commerce, clock }
}

/** Registers and confirms, as somebody who reads their mail. */
export async function signedUp(commerce: Commerce, email: string): Promise<OpenedSession> {
  const { mail } = await commerce.accounts.register({ email, password, name: 'Ada Buyer' })
  return commerce.accounts.verifyEmail({ token: mail.token, password })
}
