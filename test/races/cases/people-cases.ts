import type { Commerce } from '@cartwright/core'
import type { Arena } from '../arena.ts'
import { type CaseOptions, type CaseResult, type Finding, processes, runCase } from '../race-case.ts'
import { racerSetup } from '../racer-setup.ts'
import { race } from '../start-racer.ts'
import { customer } from '../tasks/buyer.ts'
import { newPassword, oldPassword, type SignUpAnswers, type SignUpPlan } from '../tasks/sign-up-task.ts'

const supply = { HOT: { main: 500 }, EXTRA: { main: 500 } }
const staff = { type: 'system' } as const
const account = 'bob@example.com'

const count = (items: readonly string[], wanted: string) => items.filter((item) => item === wanted).length

/**
 * A16 without reviews, which are to come: four processes merge one cart of a guest 32 times in all, while units are still put into it; register one address of mail
 * 32 times; and sign in by a password that is being replaced. Each unit moves once, or was refused; there is one account, confirmed once; nobody stays signed in by
 * the old password.
 */
export function signUps(options: CaseOptions): Promise<CaseResult> {
  const calls = options.size === 'full' ? 64 : 8
  return runCase('A16', options, { supply }, async (arena) => {
    const { carts, token } = await arena.use(async (commerce) => ({ carts: await twoCarts(commerce), token: await resettable(commerce) }))
    const plan = (index: number): SignUpPlan => ({
      merge: { ...carts, calls },
      register: { email: index % 2 === 0 ? 'ada@example.com' : 'Ada@Example.com', calls },
      login: { email: account, token: index === 0 ? token : null },
    })
    const finishes = await race(Array.from({ length: processes }, (_, index) => racerSetup(arena, index, 'signUp', { plan: plan(index) })))
    const all = (pick: (answers: SignUpAnswers) => readonly string[]) => finishes.flatMap(({ results }) => pick(results))
    const problems = [
      ...finishes.flatMap(({ busy }) => busy),
      ...(await cartProblems(
        arena,
        carts,
        all((answers) => answers.merges),
        all((answers) => answers.edits),
      )),
      ...(await accountProblems(
        arena,
        all((answers) => answers.mails),
        all((answers) => answers.confirmed),
      )),
      ...(await passwordProblems(
        arena,
        all((answers) => answers.logins),
      )),
    ]
    return (): Finding => ({ problems })
  })
}

/** A customer with a unit of `EXTRA` in their cart, and two of `HOT` in the one from before they signed in. */
async function twoCarts({ carts }: Commerce): Promise<Omit<SignUpPlan['merge'], 'calls'>> {
  const actor = customer('ada')
  const { cart: own } = await carts.create({ actor })
  const { cart: guests, guestToken = '' } = await carts.create()
  await carts.addLine({ actor, cartId: own.id, sku: 'EXTRA', quantity: 1 })
  await carts.addLine({ actor: { type: 'guest', token: guestToken }, cartId: guests.id, sku: 'HOT', quantity: 2 })
  return { customerId: 'ada', cartId: own.id, guestCartId: guests.id, guestToken }
}

/** An account that can be signed in to. @returns a token by which its password can be replaced. */
async function resettable({ accounts }: Commerce): Promise<string> {
  const registered = await accounts.register({ email: account, password: oldPassword })
  await accounts.verifyEmail({ token: registered.mail.token, password: oldPassword })
  return (await accounts.requestPasswordReset({ email: account })).mail?.token ?? ''
}

async function cartProblems(arena: Arena, { cartId }: { readonly cartId: string }, merges: readonly string[], edits: readonly string[]) {
  const cart = await arena.use(({ carts }) => carts.get({ actor: customer('ada'), cartId }))
  const units = (sku: string) => cart.lines.find((line) => line.sku === sku)?.quantity ?? 0
  const wanted = 2 + count(edits, 'done')
  return [
    ...merges.filter((answer) => answer !== 'done').map((answer) => `a merge ended in ${answer}`),
    ...edits.filter((answer) => answer !== 'done' && answer !== 'CART_CLOSED').map((answer) => `an edit ended in ${answer}`),
    ...(units('HOT') === wanted ? [] : [`${units('HOT')} units of HOT in the cart instead of ${wanted}`]),
    ...(units('EXTRA') === 1 ? [] : [`${units('EXTRA')} units of EXTRA in the cart instead of 1`]),
  ]
}

async function accountProblems(arena: Arena, mails: readonly string[], confirmed: readonly string[]) {
  const { items } = await arena.use(({ customers }) => customers.list({ actor: staff, email: 'ADA@example.com', limit: 100 }))
  const right = items.length === 1 && items[0]?.emailVerifiedAt !== null
  return [
    ...(count(mails, 'verify_email') === 1 ? [] : [`${count(mails, 'verify_email')} calls made the account`]),
    ...(count(mails, 'already_registered') === mails.length - 1 ? [] : [`the mails are ${mails.join(', ')}`]),
    ...(count(confirmed, 'done') === 1 && count(confirmed, 'TOKEN_INVALID') === 1 ? [] : [`confirming ended in ${confirmed.join(', ')}`]),
    ...(right ? [] : [`there are ${items.length} accounts, or they are not confirmed`]),
  ]
}

async function passwordProblems(arena: Arena, logins: readonly string[]) {
  const odd = logins.filter((answer) => answer !== 'done' && answer !== 'LOGIN_FAILED')
  const left = await arena.use(async ({ customers, sessions, accounts }) => {
    const [owner] = (await customers.list({ actor: staff, email: account, limit: 1 })).items
    const open = await sessions.list({ actor: staff, ...(owner === undefined ? {} : { customerId: owner.id }) })
    await accounts.login({ email: account, password: newPassword })
    return open.length
  })
  return [...odd.map((answer) => `signing in ended in ${answer}`), ...(left === 0 ? [] : [`${left} sessions of the old password are left`])]
}
