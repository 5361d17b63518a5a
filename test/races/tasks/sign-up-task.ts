import { codeOf } from '../answer-code.ts'
import { customer } from './buyer.ts'
import type { Racer } from './racer-context.ts'

/** What one buyer, in many tabs of several browsers, does all at once. */
export interface SignUpPlan {
  /** A guest's cart that is to move into a customer's, so many times in each process. */
  readonly merge: { readonly customerId: string; readonly cartId: string; readonly guestCartId: string; readonly guestToken: string; readonly calls: number }
  /** An address of mail to register, so many times in each process. */
  readonly register: { readonly email: string; readonly calls: number }
  /** An account to sign in to by its old password, while the token, where it is given, sets another. */
  readonly login: { readonly email: string; readonly token: string | null }
}

export interface SignUpAnswers {
  /** `done`, or the code of the refusal, for each call. */
  readonly merges: readonly string[]
  /** The same for each unit of `HOT` that is put into the guest's cart meanwhile. */
  readonly edits: readonly string[]
  /** Which mail each registration wanted sent. */
  readonly mails: readonly string[]
  /** What became of confirming the address, for each mail that asks for it, tried twice at once. */
  readonly confirmed: readonly string[]
  /** What became of signing in by the old password, and of setting the new one. */
  readonly logins: readonly string[]
}

export const oldPassword = 'correct horse battery'
export const newPassword = 'another horse entirely'

export async function signUpTask(racer: Racer, { plan }: { readonly plan: SignUpPlan }): Promise<SignUpAnswers> {
  const [merging, registering, logins] = await Promise.all([mergeCarts(racer, plan), register(racer, plan), logIn(racer, plan)])
  return { ...merging, ...registering, logins }
}

async function mergeCarts({ commerce, retrier }: Racer, { merge: { customerId, cartId, guestCartId, guestToken, calls } }: SignUpPlan) {
  const guest = { type: 'guest', token: guestToken } as const
  const edit = () => codeOf(retrier.run(() => commerce.carts.addLine({ actor: guest, cartId: guestCartId, sku: 'HOT', quantity: 1 })))
  const merge = () => codeOf(retrier.run(() => commerce.carts.merge({ actor: customer(customerId), cartId, guestCartId, guestToken })))
  const [edits, merges] = await Promise.all([Promise.all([edit(), edit()]), Promise.all(Array.from({ length: calls }, merge))])
  return { edits, merges }
}

async function register({ commerce, retrier }: Racer, { register: { email, calls } }: SignUpPlan) {
  const call = () => retrier.run(() => commerce.accounts.register({ email, password: oldPassword }))
  const answers = await Promise.all(Array.from({ length: calls }, call))
  const confirm = (token: string) => codeOf(retrier.run(() => commerce.accounts.verifyEmail({ token, password: oldPassword })))
  const mine = answers.filter(({ mail }) => mail.kind === 'verify_email')
  const confirmed = await Promise.all(mine.flatMap(({ mail }) => [confirm(mail.token), confirm(mail.token)]))
  return { mails: answers.map(({ mail }) => mail.kind), confirmed }
}

/** Several tabs sign in again and again, so that some are in the middle of it when the password is replaced. */
async function logIn({ commerce, retrier }: Racer, { login: { email, token } }: SignUpPlan): Promise<readonly string[]> {
  const login = () => codeOf(retrier.run(() => commerce.accounts.login({ email, password: oldPassword })))
  const reset = (sent: string) => codeOf(retrier.run(() => commerce.accounts.resetPassword({ token: sent, password: newPassword })))
  const tab = async () => {
    const answers: string[] = []
    for (let times = 0; times < 8; times += 1) answers.push(await login())
    return answers
  }
  const replace = async (sent: string) => [await login(), await login(), await reset(sent)]
  return (await Promise.all([tab(), tab(), tab(), ...(token === null ? [] : [replace(token)])])).flat()
}
