import { describe, expect, it } from 'vitest'
import { accountShop, password, signedUp } from '../../test/account-shop.ts'
import { type Actor, hashToken } from '../actor.ts'
import { addMs } from '../time.ts'

const day = 24 * 3_600_000
const guest: Actor = { type: 'guest', token: 'a-token-of-some-guest-or-other' }

const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  )

describe('sessions', () => {
  it('end when they are not used for two weeks, and after ninety days though they are', async () => {
    const { commerce, clock } = await accountShop()
    const { token, session } = await signedUp(commerce, 'ada@example.com')
    expect(session).toMatchObject({ expiresAt: addMs(clock.date(), 14 * day), endsAt: addMs(clock.date(), 90 * day) })
    for (let used = 0; used < 6; used += 1) {
      clock.advance(13 * day)
      expect(await codeOf(commerce.sessions.authenticate({ token }))).toBe('done')
    }
    clock.advance(12 * day)
    expect(await codeOf(commerce.sessions.authenticate({ token }))).toBe('SESSION_INVALID')
    const { token: idle } = await commerce.accounts.login({ email: 'ada@example.com', password })
    clock.advance(14 * day)
    expect(await codeOf(commerce.sessions.authenticate({ token: idle }))).toBe('SESSION_INVALID')
  })

  it('are written to the database when they have been used for a while, not each time', async () => {
    const { commerce, clock } = await accountShop()
    const { token, session } = await signedUp(commerce, 'ada@example.com')
    clock.advance(day / 2)
    expect((await commerce.sessions.authenticate({ token })).session).toEqual(session)
    clock.advance(day / 2)
    expect((await commerce.sessions.authenticate({ token })).session).toMatchObject({ seenAt: clock.date(), expiresAt: addMs(clock.date(), 14 * day) })
  })

  it('are known by their token only, of which the shop keeps a hash', async () => {
    const { commerce, clock } = await accountShop()
    const { token, session } = await signedUp(commerce, 'ada@example.com')
    expect(JSON.stringify(session)).not.toContain(token)
    const stored = (tokenHash: string) => commerce.storage.snapshot(clock.now(), ({ accounts }) => accounts.session({ tokenHash }))
    expect(await stored(token)).toBeUndefined()
    expect(await stored(hashToken(token))).toBeDefined()
    expect(await codeOf(commerce.sessions.authenticate({ token: 'made-up-token-that-is-long-enough' }))).toBe('SESSION_INVALID')
  })

  it('go on under another token when that is asked for, once', async () => {
    const { commerce } = await accountShop()
    const { token, session } = await signedUp(commerce, 'ada@example.com')
    const rotated = await Promise.all(Array.from({ length: 5 }, () => commerce.sessions.rotate({ token }).catch(() => null)))
    const [next, ...others] = rotated.filter((one) => one !== null)
    expect(others).toEqual([])
    expect(next?.session).toEqual(session)
    expect(await codeOf(commerce.sessions.authenticate({ token }))).toBe('SESSION_INVALID')
  })

  it('are listed and ended by their owner or staff, and by nobody else', async () => {
    const { commerce } = await accountShop()
    const here = await signedUp(commerce, 'ada@example.com')
    const there = await commerce.accounts.login({ email: 'ada@example.com', password })
    const eve = await signedUp(commerce, 'eve@example.com')
    const actor: Actor = { type: 'customer', customerId: here.session.customerId }
    const other: Actor = { type: 'customer', customerId: eve.session.customerId }
    const [sessionId, customerId] = [there.session.id, here.session.customerId]
    const calls = (who: Actor) => [
      commerce.sessions.list({ actor: who, customerId }),
      commerce.sessions.revoke({ actor: who, customerId, sessionId }),
      commerce.sessions.revokeAll({ actor: who, customerId }),
    ]
    expect(await Promise.all(calls(other).map(codeOf))).toEqual(['NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND'])
    expect(await Promise.all(calls(guest).map(codeOf))).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN'])
    expect(await codeOf(commerce.sessions.revoke({ actor: other, sessionId }))).toBe('NOT_FOUND')
    expect(await commerce.sessions.list({ actor })).toHaveLength(2)
    await commerce.sessions.revoke({ actor, sessionId })
    expect(await codeOf(commerce.sessions.authenticate({ token: there.token }))).toBe('SESSION_INVALID')
    await commerce.sessions.end({ token: here.token })
    await commerce.sessions.end({ token: here.token })
    expect(await commerce.sessions.list({ actor })).toEqual([])
    expect(await commerce.sessions.revokeAll({ actor: { type: 'admin', id: 'ops' }, customerId: eve.session.customerId })).toEqual({ ended: 1 })
  })
})
