import { hashToken, newToken } from '../actor.ts'
import type { Context } from '../context.ts'
import { emailKey } from '../customers/customer.ts'
import { announceCustomer, newCustomer, saveCustomer } from '../customers/customer-writer.ts'
import { CommerceError } from '../errors.ts'
import type { CustomerId } from '../ids.ts'
import { parseInput } from '../parse-input.ts'
import type { StorageSnapshot, StorageTransaction } from '../storage/storage.ts'
import { addMs } from '../time.ts'
import type { AccountMail, OpenedSession, TokenPurpose } from './account.ts'
import {
  type ChangePasswordInput,
  changePasswordInput,
  type LoginInput,
  loginInput,
  type RegisterInput,
  type RequestResetInput,
  type ResetPasswordInput,
  registerInput,
  requestResetInput,
  resetPasswordInput,
  type VerifyEmailInput,
  verifyEmailInput,
} from './account-input.ts'
import { openSession } from './open-session.ts'
import { PasswordChecks } from './password-checks.ts'

/** How often a password is looked at again when it changes while it is looked at. */
const maxAttempts = 3

/**
 * Registration and sign-in, for shops whose host has none of its own. Mail is the host's to send: methods return what to send, once. Passwords are hashed before a
 * transaction begins; whoever tries too often is refused, `client` being where a request comes from.
 */
export class AccountService {
  readonly #context: Context
  readonly #passwords: PasswordChecks

  constructor(context: Context) {
    this.#context = context
    this.#passwords = new PasswordChecks(context)
  }

  /**
   * Makes an account, to be confirmed by the token in the mail. Until then nobody can sign in to it. For an address of mail that is taken, `mail` says so to its
   * owner: whoever called learns nothing, if the host answers the same in both cases.
   *
   * @throws RATE_LIMITED, ACCOUNTS_OFF
   */
  async register(params: RegisterInput): Promise<{ readonly mail: AccountMail }> {
    const { email, password, name = null, client } = parseInput(registerInput, params)
    await this.#countMail(email, client)
    // Whether or not the address is taken: it takes as long.
    const passwordHash = await this.#passwords.hash(password)
    const customerId = this.#context.ids.next<CustomerId>()
    return this.#write(async (tx) => {
      const customer = { ...newCustomer(customerId, tx.now), email, name }
      if ((await tx.customers.insert(customer)) === 'inserted') {
        await tx.accounts.putPassword({ customerId, passwordHash })
        await announceCustomer(this.#context, tx, customer, 'created')
        return { mail: await this.#mail(tx, 'verify_email', customerId, email) }
      }
      const known = await lockedByEmail(tx, email)
      if (known === undefined) throw new CommerceError('CONFLICT', { details: { object: 'customer' } })
      return { mail: await this.#mail(tx, 'already_registered', known.id, known.to) }
    })
  }

  /**
   * Confirms an address of mail by the token that was sent there, and signs in. The password is asked for because a stranger may have registered with this address:
   * its owner, who follows the link, must not confirm the stranger's password.
   *
   * @throws TOKEN_INVALID for a token that is unknown, used or too old; LOGIN_FAILED for another password; RATE_LIMITED, ACCOUNTS_OFF
   */
  async verifyEmail(params: VerifyEmailInput): Promise<OpenedSession> {
    const { token, password, client } = parseInput(verifyEmailInput, params)
    const tokenHash = hashToken(token)
    await this.#countClient(client)
    await this.#context.rates.require({ rule: 'login', subject: `token:${tokenHash}` })
    const { customerId, passwordHash } = await this.#tokenOwner(tokenHash, 'verify_email')
    if (!(await this.#passwords.matches(password, passwordHash))) throw loginFailed()
    return this.#write(async (tx) => {
      const customer = await tx.customers.lock({ customerId })
      const current = await tx.accounts.credentials({ customerId })
      if (customer === undefined || current === undefined || current.passwordHash !== passwordHash) throw tokenInvalid()
      if (!(await tx.accounts.useToken({ tokenHash, purpose: 'verify_email', customerId }))) throw tokenInvalid()
      await saveCustomer(this.#context, tx, customer, { emailVerifiedAt: tx.now }, 'verified')
      return openSession(this.#context, tx, customerId)
    })
  }

  /**
   * Signs in, always under a new token. A password whose hash was made with other costs than today's is hashed anew.
   *
   * @param params - `previousToken`: a session that ends with this, such as that of the browser.
   * @throws LOGIN_FAILED for an unknown address, a wrong password, and an account that is not confirmed: the three look the same and take as long; RATE_LIMITED,
   * DEPENDENCY_UNAVAILABLE while attempts cannot be counted, ACCOUNTS_OFF
   */
  async login(params: LoginInput): Promise<OpenedSession> {
    const { email, password, client, previousToken } = parseInput(loginInput, params)
    await this.#countClient(client)
    await this.#countAttempt(email)
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      const found = await this.#read(({ accounts }) => accounts.credentialsByEmail({ emailKey: emailKey(email) }))
      if (!(await this.#passwords.matches(password, found?.passwordHash)) || found === undefined) throw loginFailed()
      const renewed = await this.#passwords.renewed(password, found.passwordHash)
      const opened = await this.#write(async (tx) => {
        const customer = await tx.customers.lock({ customerId: found.customerId })
        const current = await tx.accounts.credentials({ customerId: found.customerId })
        if (current?.passwordHash !== found.passwordHash) return undefined
        if (customer === undefined || customer.emailVerifiedAt === null) throw loginFailed()
        await this.#context.probe('login.checked')
        if (renewed !== undefined) await tx.accounts.putPassword({ ...found, passwordHash: renewed })
        if (previousToken !== undefined) await tx.accounts.endSession({ tokenHash: hashToken(previousToken) })
        return openSession(this.#context, tx, found.customerId)
      })
      if (opened !== undefined) return opened
    }
    throw new CommerceError('CONFLICT', { details: { object: 'password' } })
  }

  /**
   * Makes a token by which the owner of an address of mail can choose a new password.
   *
   * @returns `mail` is null when nobody has this address: answer the buyer the same, and before the mail is sent.
   * @throws RATE_LIMITED, ACCOUNTS_OFF
   */
  async requestPasswordReset(params: RequestResetInput): Promise<{ readonly mail: AccountMail | null }> {
    const { email, client } = parseInput(requestResetInput, params)
    this.#passwords.requireHasher()
    await this.#countMail(email, client)
    return this.#write(async (tx) => {
      const known = await lockedByEmail(tx, email)
      return { mail: known === undefined ? null : await this.#mail(tx, 'reset_password', known.id, known.to) }
    })
  }

  /**
   * Sets a new password by a token that was sent by mail, which also confirms the address. Every session ends, and every other token is worth nothing.
   *
   * @throws TOKEN_INVALID, RATE_LIMITED, ACCOUNTS_OFF
   */
  async resetPassword(params: ResetPasswordInput): Promise<{ readonly customerId: CustomerId }> {
    const { token, password, client } = parseInput(resetPasswordInput, params)
    const tokenHash = hashToken(token)
    await this.#countClient(client)
    const { customerId } = await this.#tokenOwner(tokenHash, 'reset_password')
    const passwordHash = await this.#passwords.hash(password)
    return this.#write(async (tx) => {
      const customer = await tx.customers.lock({ customerId })
      if (customer === undefined || !(await tx.accounts.useToken({ tokenHash, purpose: 'reset_password', customerId }))) throw tokenInvalid()
      await this.#replacePassword(tx, customerId, passwordHash)
      await saveCustomer(this.#context, tx, customer, { emailVerifiedAt: customer.emailVerifiedAt ?? tx.now }, 'password')
      return { customerId }
    })
  }

  /**
   * Changes the password of whoever is signed in. Every session ends, and the caller's goes on under a new token.
   *
   * @throws SESSION_INVALID; LOGIN_FAILED when the current password is another one; RATE_LIMITED, ACCOUNTS_OFF, CONFLICT
   */
  async changePassword(params: ChangePasswordInput): Promise<OpenedSession> {
    const { token, currentPassword, newPassword, client } = parseInput(changePasswordInput, params)
    const tokenHash = hashToken(token)
    const found = await this.#read(async ({ accounts, customers }) => {
      const session = await accounts.session({ tokenHash })
      if (session === undefined) throw new CommerceError('SESSION_INVALID', { details: {} })
      const { customerId } = session
      return { customerId, email: (await customers.find({ customerId }))?.email, passwordHash: (await accounts.credentials({ customerId }))?.passwordHash }
    })
    const { customerId, passwordHash } = found
    await this.#countClient(client)
    await this.#countAttempt(found.email ?? customerId)
    if (!(await this.#passwords.matches(currentPassword, passwordHash))) throw loginFailed()
    const newHash = await this.#passwords.hash(newPassword)
    return this.#write(async (tx) => {
      const customer = await tx.customers.lock({ customerId })
      if (customer === undefined || (await tx.accounts.session({ tokenHash })) === undefined) throw new CommerceError('SESSION_INVALID', { details: {} })
      if ((await tx.accounts.credentials({ customerId }))?.passwordHash !== passwordHash)
        throw new CommerceError('CONFLICT', { details: { object: 'password' } })
      await this.#replacePassword(tx, customerId, newHash)
      await announceCustomer(this.#context, tx, customer, 'password')
      return openSession(this.#context, tx, customerId)
    })
  }

  /** Whoever knew the old password, or holds what was given for it, is out. */
  async #replacePassword(tx: StorageTransaction, customerId: CustomerId, passwordHash: string): Promise<void> {
    await tx.accounts.putPassword({ customerId, passwordHash })
    await tx.accounts.endSessions({ customerId })
    await tx.accounts.dropTokens({ customerId })
  }

  async #mail(tx: StorageTransaction, kind: AccountMail['kind'], customerId: CustomerId, to: string): Promise<AccountMail> {
    const { random, timing } = this.#context
    const token = newToken(random)
    const purpose: TokenPurpose = kind === 'verify_email' ? 'verify_email' : 'reset_password'
    const expiresAt = addMs(tx.now, purpose === 'verify_email' ? timing.emailTokenMs : timing.resetTokenMs)
    await tx.accounts.putToken({ tokenHash: hashToken(token), customerId, purpose, expiresAt, createdAt: tx.now })
    return { kind, to, token, expiresAt }
  }

  /** Looked up before any password is hashed: a made-up token costs no hash. @throws TOKEN_INVALID */
  #tokenOwner(tokenHash: string, purpose: TokenPurpose): Promise<{ readonly customerId: CustomerId; readonly passwordHash: string | undefined }> {
    return this.#read(async ({ accounts }) => {
      const customerId = await accounts.tokenOwner({ tokenHash, purpose })
      if (customerId === undefined) throw tokenInvalid()
      return { customerId, passwordHash: (await accounts.credentials({ customerId }))?.passwordHash }
    })
  }

  async #countClient(client: string | undefined): Promise<void> {
    if (client !== undefined) await this.#context.rates.require({ rule: 'loginClient', subject: client })
  }

  #countAttempt(email: string): Promise<void> {
    return this.#context.rates.require({ rule: 'login', subject: `account:${emailKey(email)}` })
  }

  /** Mail that strangers can have sent to somebody is counted apart from attempts to sign in. */
  async #countMail(email: string, client: string | undefined): Promise<void> {
    await this.#countClient(client)
    await this.#context.rates.require({ rule: 'login', subject: `mail:${emailKey(email)}` })
  }

  #read<T>(work: (snapshot: StorageSnapshot) => Promise<T>): Promise<T> {
    const { storage, clock } = this.#context
    return storage.snapshot(clock.now(), work, { fresh: true })
  }

  #write<T>(work: (tx: StorageTransaction) => Promise<T>): Promise<T> {
    const { storage, clock } = this.#context
    return storage.transaction(clock.now(), work)
  }
}

/** Under their lock, so that they cannot be gone when their token is written. */
async function lockedByEmail({ customers }: StorageTransaction, email: string): Promise<{ readonly id: CustomerId; readonly to: string } | undefined> {
  const { items } = await customers.list({ emailKey: emailKey(email), limit: 1 })
  const locked = items[0] && (await customers.lock({ customerId: items[0].id }))
  return locked === undefined || locked.email === null ? undefined : { id: locked.id, to: locked.email }
}

function loginFailed(): CommerceError {
  return new CommerceError('LOGIN_FAILED', { details: {} })
}

function tokenInvalid(): CommerceError {
  return new CommerceError('TOKEN_INVALID', { details: {} })
}
