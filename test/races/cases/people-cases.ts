import type { Commerce } from '@cartwright/core'
import type { Arena } from '../arena.ts'
import { type CaseOptions, type CaseResult, type Finding, merged, processes, runCase } from '../race-case.ts'
import { racerSetup } from '../racer-setup.ts'
import { race } from '../start-racer.ts'
import { customer } from '../tasks/buyer.ts'
import type { MergePlan } from '../tasks/merge-task.ts'

const supply = { HOT: { main: 500 }, EXTRA: { main: 500 } }
const staff = { type: 'system' } as const

const count = (items: readonly string[], wanted: string) => items.filter((item) => item === wanted).length

/** A customer with a unit of `EXTRA` in their cart, and two of `HOT` in the one from before they signed in. */
async function twoCarts({ carts }: Commerce): Promise<MergePlan> {
  const actor = customer('ada')
  const { cart: own } = await carts.create({ actor })
  const { cart: guests, guestToken = '' } = await carts.create()
  await carts.addLine({ actor, cartId: own.id, sku: 'EXTRA', quantity: 1 })
  await carts.addLine({ actor: { type: 'guest', token: guestToken }, cartId: guests.id, sku: 'HOT', quantity: 2 })
  return { customerId: 'ada', cartId: own.id, guestCartId: guests.id, guestToken }
}

/** The first of A16: one cart of a guest is merged 32 times at once, while units are still put into it. Each unit moves once, or was refused. */
export function guestMerge(options: CaseOptions): Promise<CaseResult> {
  const calls = options.size === 'full' ? 64 : 8
  return runCase('A16', options, { supply }, async (arena) => {
    const plan = await arena.use(twoCarts)
    const finishes = await race(Array.from({ length: processes }, (_, index) => racerSetup(arena, index, 'merge', { plan, calls, sku: 'HOT' })))
    const merges = finishes.flatMap(({ results }) => results.merges)
    const edits = finishes.flatMap(({ results }) => results.edits)
    const cart = await arena.use(({ carts }) => carts.get({ actor: customer('ada'), cartId: plan.cartId }))
    const units = (sku: string) => cart.lines.find((line) => line.sku === sku)?.quantity ?? 0
    const wanted = 2 + count(edits, 'done')
    return (): Finding => ({
      problems: [
        ...finishes.flatMap(({ busy }) => busy),
        ...merges.filter((answer) => answer !== 'done').map((answer) => `a merge ended in ${answer}`),
        ...edits.filter((answer) => answer !== 'done' && answer !== 'CART_CLOSED').map((answer) => `an edit ended in ${answer}`),
        ...(units('HOT') === wanted ? [] : [`${units('HOT')} units of HOT in the cart instead of ${wanted}`]),
        ...(units('EXTRA') === 1 ? [] : [`${units('EXTRA')} units of EXTRA in the cart instead of 1`]),
      ],
    })
  })
}

/** The second: one address of mail is registered 32 times at once. There is one account, confirmed once; everybody else is told alike. */
function oneAddress(options: CaseOptions): Promise<CaseResult> {
  const calls = options.size === 'full' ? 64 : 8
  return runCase('A16', options, { supply }, async (arena) => {
    const spelling = (index: number) => (index % 2 === 0 ? 'ada@example.com' : 'Ada@Example.com')
    const finishes = await race(Array.from({ length: processes }, (_, index) => racerSetup(arena, index, 'register', { email: spelling(index), calls })))
    const mails = finishes.flatMap(({ results }) => results.mails)
    const confirmed = finishes.flatMap(({ results }) => results.confirmed)
    const accounts = await accountsOf(arena)
    return (): Finding => ({
      problems: [
        ...finishes.flatMap(({ busy }) => busy),
        ...(count(mails, 'verify_email') === 1 ? [] : [`${count(mails, 'verify_email')} calls made the account`]),
        ...(count(mails, 'already_registered') === mails.length - 1 ? [] : [`the mails are ${mails.join(', ')}`]),
        ...(count(confirmed, 'done') === 1 && count(confirmed, 'TOKEN_INVALID') === 1 ? [] : [`confirming ended in ${confirmed.join(', ')}`]),
        ...(accounts === '1 confirmed of 1' ? [] : [`there are accounts: ${accounts}`]),
      ],
    })
  })
}

function accountsOf(arena: Arena): Promise<string> {
  return arena.use(async ({ customers }) => {
    const { items } = await customers.list({ actor: staff, limit: 100 })
    return `${items.filter(({ emailVerifiedAt }) => emailVerifiedAt !== null).length} confirmed of ${items.length}`
  })
}

/** A16 without reviews, which are to come. */
export async function signUps(options: CaseOptions): Promise<CaseResult> {
  return merged(options, [await guestMerge(options), await oneAddress(options)])
}
