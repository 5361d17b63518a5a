import type { Commerce } from '@cartwright/core'
import { quickPasswords } from '@cartwright/testing'
import { describe, expect, it } from 'vitest'
import { accountShop, password, signedUp } from '../../test/account-shop.ts'
import { addMs } from '../time.ts'

const email = 'Ada@example.com'
const staff = { type: 'admin', id: 'ops-1' } as const
const hour = 3_600_000
const day = 24 * hour

const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  )

const changes = async ({ storage }: Commerce) => {
  const { events } = await storage.snapshot({ source: 'database' }, async ({ outbox }) => outbox.read({ after: await outbox.tail(), limit: 100 }))
  return events.map(({ payload }) => ('change' in payload ? payload.change : null))
}

describe('registering', () => {
  it('opens an account once the mail is confirmed with the password of whoever registered', async () => {
    const { commerce, clock } = await accountShop()
    const { mail } = await commerce.accounts.register({ email, password, name: 'Ada' })
    expect(mail).toEqual({ kind: 'verify_email', to: email, token: expect.stringMatching(/^[\w-]{43}$/), expiresAt: addMs(clock.date(), day) })
    expect(await codeOf(commerce.accounts.login({ email, password }))).toBe('LOGIN_FAILED')
    expect(await codeOf(commerce.accounts.verifyEmail({ token: mail.token, password: 'another one' }))).toBe('LOGIN_FAILED')
    const { session } = await commerce.accounts.verifyEmail({ token: mail.token, password })
    const actor = { type: 'customer', customerId: session.customerId } as const
    expect(await commerce.customers.get({ actor })).toMatchObject({ email, name: 'Ada', emailVerifiedAt: clock.date() })
    expect(await changes(commerce)).toEqual(['created', 'verified'])
    expect(await codeOf(commerce.accounts.verifyEmail({ token: mail.token, password }))).toBe('TOKEN_INVALID')
  })

  it('answers alike whether or not the address is taken, and leaves the account there as it is', async () => {
    const { commerce } = await accountShop()
    const first = await commerce.accounts.register({ email, password, name: 'Ada' })
    await commerce.accounts.verifyEmail({ token: first.mail.token, password })
    const second = await commerce.accounts.register({ email: 'ADA@example.com', password: 'a stranger’s', name: 'Eve' })
    expect(Object.keys(second.mail)).toEqual(Object.keys(first.mail))
    expect(second.mail).toMatchObject({ kind: 'already_registered', to: email })
    expect(await codeOf(commerce.accounts.login({ email, password: 'a stranger’s' }))).toBe('LOGIN_FAILED')
    expect(await codeOf(commerce.accounts.login({ email, password }))).toBe('done')
  })

  it('does not give an address to a stranger who registered with it first', async () => {
    const { commerce } = await accountShop()
    const stranger = await commerce.accounts.register({ email, password: 'the stranger’s' })
    const owner = await commerce.accounts.register({ email, password })
    expect(owner.mail.kind).toBe('already_registered')
    await commerce.accounts.resetPassword({ token: owner.mail.token, password })
    expect(await codeOf(commerce.accounts.verifyEmail({ token: stranger.mail.token, password: 'the stranger’s' }))).toBe('TOKEN_INVALID')
    expect(await codeOf(commerce.accounts.login({ email, password: 'the stranger’s' }))).toBe('LOGIN_FAILED')
    expect(await codeOf(commerce.accounts.login({ email, password }))).toBe('done')
  })

  it('leaves nothing for long of whoever does not confirm, and lets the address be registered anew; who has anything in the shop stays', async () => {
    const { commerce, clock } = await accountShop()
    await commerce.accounts.register({ email, password })
    await commerce.accounts.register({ email: 'bob@example.com', password })
    const [bob] = (await commerce.customers.list({ actor: staff, email: 'bob@example.com' })).items
    if (bob === undefined) throw new Error('bob is not registered')
    await commerce.carts.create({ actor: { type: 'customer', customerId: bob.id }, currency: 'USD' })
    const left = async () => {
      await commerce.worker.runOnce({ jobs: ['sweep'] })
      return (await commerce.customers.list({ actor: staff })).items.map((customer) => customer.email)
    }
    clock.advance(8 * day - 1)
    expect((await left()).toSorted()).toEqual([email, 'bob@example.com'])
    clock.advance(1)
    expect(await left()).toEqual(['bob@example.com'])
    expect(await changes(commerce)).toEqual(['erased'])
    const { mail } = await commerce.accounts.register({ email, password })
    expect(mail.kind).toBe('verify_email')
    await commerce.accounts.verifyEmail({ token: mail.token, password })
    clock.advance(60 * day)
    expect((await left()).toSorted()).toEqual([email, 'bob@example.com'])
  })

  it('makes one account of thirty-two that register at once', async () => {
    const { commerce } = await accountShop({ rateLimits: { rules: { login: { burst: 100, perMs: hour } } } })
    const answers = await Promise.all(Array.from({ length: 32 }, () => commerce.accounts.register({ email, password })))
    expect(answers.filter(({ mail }) => mail.kind === 'verify_email')).toHaveLength(1)
    expect((await commerce.customers.list({ actor: { type: 'system' } })).items).toHaveLength(1)
  })

  it('refuses passwords that are short or long, and an address that is none', async () => {
    const { commerce } = await accountShop()
    for (const params of [
      { email, password: '1234567' },
      { email, password: 'x'.repeat(129) },
      { email: 'ada', password },
      { email, password: '\ud800long enough' },
    ]) {
      expect(await codeOf(commerce.accounts.register(params))).toBe('INVALID_INPUT')
    }
  })

  it('ends what the mail was for after a day, or when staff change the address', async () => {
    const { commerce, clock } = await accountShop()
    const { mail } = await commerce.accounts.register({ email, password })
    clock.advance(day)
    expect(await codeOf(commerce.accounts.verifyEmail({ token: mail.token, password }))).toBe('TOKEN_INVALID')
    const again = await commerce.accounts.register({ email, password })
    const [customer] = (await commerce.customers.list({ actor: { type: 'system' } })).items
    await commerce.customers.update({ actor: { type: 'system' }, customerId: customer?.id, email: 'other@example.com' })
    expect(await codeOf(commerce.accounts.resetPassword({ token: again.mail.token, password }))).toBe('TOKEN_INVALID')
  })
})

describe('signing in', () => {
  it('gives a new token each time, and ends the session that it takes the place of', async () => {
    const { commerce } = await accountShop()
    const first = await signedUp(commerce, email)
    const second = await commerce.accounts.login({ email: 'ada@EXAMPLE.com', password, previousToken: first.token })
    expect(second.token).not.toBe(first.token)
    expect(await codeOf(commerce.sessions.authenticate({ token: first.token }))).toBe('SESSION_INVALID')
    expect(await commerce.sessions.authenticate({ token: second.token })).toMatchObject({ actor: { type: 'customer', customerId: first.session.customerId } })
  })

  it('takes the same password from another keyboard', async () => {
    const { commerce } = await accountShop()
    const { mail } = await commerce.accounts.register({ email, password: 'Gr\u00f6\u00dfe sieben' })
    await commerce.accounts.verifyEmail({ token: mail.token, password: 'Gro\u0308\u00dfe sieben' })
    expect(await codeOf(commerce.accounts.login({ email, password: 'Gro\u0308\u00dfe sieben' }))).toBe('done')
  })

  it('looks at a hash whoever asks, so that an unknown address takes as long as a known one', async () => {
    const sound = quickPasswords()
    const looks: string[] = []
    const verify: typeof sound.verify = (params) => {
      looks.push(params.hash)
      return sound.verify(params)
    }
    const passwords = { ...sound, verify }
    const { commerce } = await accountShop({ accounts: { passwords } })
    expect(await codeOf(commerce.accounts.login({ email: 'nobody@example.com', password }))).toBe('LOGIN_FAILED')
    await signedUp(commerce, email)
    looks.length = 0
    for (const tried of [email, 'nobody@example.com', 'none@example.com']) await codeOf(commerce.accounts.login({ email: tried, password: 'wrong one' }))
    expect(looks).toHaveLength(3)
    expect(new Set(looks).size).toBe(2)
  })

  it('makes a hash anew that has fallen behind, also for many who sign in at once', async () => {
    const { commerce } = await accountShop()
    const { session } = await signedUp(commerce, email)
    const { accounts } = await accountShop({ storage: commerce.storage, accounts: { passwords: quickPasswords({ generation: 2 }) } }).then(
      ({ commerce: later }) => later,
    )
    expect(await Promise.all(Array.from({ length: 4 }, () => codeOf(accounts.login({ email, password }))))).toEqual(['done', 'done', 'done', 'done'])
    const stored = await commerce.storage.snapshot({ source: 'database' }, (snapshot) => snapshot.accounts.credentials({ customerId: session.customerId }))
    expect(stored?.passwordHash).toMatch(/^quick\$2\$/)
  })

  it('is refused after ten tries at one account, the right password included, until time has passed', async () => {
    const { commerce } = await accountShop()
    await signedUp(commerce, email)
    const tries = await Promise.all(Array.from({ length: 12 }, () => codeOf(commerce.accounts.login({ email, password: 'guess after guess' }))))
    expect(tries.filter((code) => code === 'LOGIN_FAILED')).toHaveLength(10)
    await expect(commerce.accounts.login({ email, password })).rejects.toMatchObject({ code: 'RATE_LIMITED', details: { rule: 'login', retryAfterMs: 90_000 } })
    expect(await codeOf(commerce.accounts.login({ email: 'bob@example.com', password }))).toBe('LOGIN_FAILED')
  })

  it('is refused from a place that tries many accounts, and while nobody can count', async () => {
    const { commerce } = await accountShop({ rateLimits: { rules: { loginClient: { burst: 3, perMs: hour } } } })
    const tries: string[] = []
    for (const name of ['a', 'b', 'c', 'd']) tries.push(await codeOf(commerce.accounts.login({ email: `${name}@example.com`, password, client: '192.0.2.1' })))
    expect(tries).toEqual(['LOGIN_FAILED', 'LOGIN_FAILED', 'LOGIN_FAILED', 'RATE_LIMITED'])
    const down = { code: 'DEPENDENCY_UNAVAILABLE' }
    const limiter = {
      take: async () => {
        throw Object.assign(new Error('down'), { name: 'CommerceError', ...down })
      },
    }
    const blind = await accountShop({ rateLimits: { limiter, rules: {} } })
    await expect(blind.commerce.accounts.login({ email, password })).rejects.toMatchObject(down)
  })
})

describe('a new password', () => {
  it('by mail: once, within the hour, and everybody else is out', async () => {
    const { commerce, clock } = await accountShop()
    const { token } = await signedUp(commerce, email)
    const [first, second] = [await commerce.accounts.requestPasswordReset({ email }), await commerce.accounts.requestPasswordReset({ email })]
    expect(first.mail).toMatchObject({ kind: 'reset_password', to: email, expiresAt: addMs(clock.date(), hour) })
    const reset = (asked: typeof first, chosen: string) => codeOf(commerce.accounts.resetPassword({ token: asked.mail?.token ?? '', password: chosen }))
    const tries = await Promise.all(Array.from({ length: 8 }, (_, index) => reset(first, `chosen ${index}`)))
    expect(tries.filter((code) => code === 'done')).toHaveLength(1)
    expect(await reset(second, 'chosen later')).toBe('TOKEN_INVALID')
    expect(await codeOf(commerce.sessions.authenticate({ token }))).toBe('SESSION_INVALID')
    expect(await codeOf(commerce.accounts.login({ email, password }))).toBe('LOGIN_FAILED')
    expect(await codeOf(commerce.accounts.login({ email, password: `chosen ${tries.indexOf('done')}` }))).toBe('done')
    const third = await commerce.accounts.requestPasswordReset({ email })
    clock.advance(hour)
    expect(await reset(third, 'chosen too late')).toBe('TOKEN_INVALID')
  })

  it('is not to be had for an address that nobody has', async () => {
    const { commerce } = await accountShop()
    expect(await commerce.accounts.requestPasswordReset({ email: 'nobody@example.com' })).toEqual({ mail: null })
  })

  it('by whoever is signed in and knows the old one, who goes on under another token', async () => {
    const { commerce } = await accountShop()
    const here = await signedUp(commerce, email)
    const elsewhere = await commerce.accounts.login({ email, password })
    const change = (token: string, currentPassword: string) => commerce.accounts.changePassword({ token, currentPassword, newPassword: 'quite another one' })
    expect(await codeOf(change(here.token, 'not the one'))).toBe('LOGIN_FAILED')
    const after = await change(here.token, password)
    for (const token of [here.token, elsewhere.token]) expect(await codeOf(commerce.sessions.authenticate({ token }))).toBe('SESSION_INVALID')
    expect(await codeOf(commerce.sessions.authenticate({ token: after.token }))).toBe('done')
    expect(await codeOf(change(elsewhere.token, password))).toBe('SESSION_INVALID')
    expect((await changes(commerce)).at(-1)).toBe('password')
  })

  it('leaves no session behind that is opened by the old one at the same moment', async () => {
    const { commerce } = await accountShop()
    const { session } = await signedUp(commerce, email)
    const { mail } = await commerce.accounts.requestPasswordReset({ email })
    const logins = Array.from({ length: 6 }, () => commerce.accounts.login({ email, password }).catch(() => null))
    await commerce.accounts.resetPassword({ token: mail?.token ?? '', password: 'chosen anew' })
    await Promise.all(logins)
    expect(await commerce.sessions.list({ actor: { type: 'customer', customerId: session.customerId } })).toEqual([])
  })
})

describe('a shop without accounts', () => {
  it('says so, and one with a directory of the host cannot have them', async () => {
    const { commerce } = await accountShop({ accounts: undefined } as never)
    const { accounts } = commerce
    const calls = [accounts.register({ email, password }), accounts.login({ email, password }), accounts.requestPasswordReset({ email })]
    expect(await Promise.all(calls.map(codeOf))).toEqual(['ACCOUNTS_OFF', 'ACCOUNTS_OFF', 'ACCOUNTS_OFF'])
    expect(await codeOf(accountShop({ customers: { find: async () => undefined } }))).toBe('INVALID_INPUT')
  })
})
