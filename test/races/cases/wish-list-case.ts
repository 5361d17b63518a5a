import { type CaseOptions, type CaseResult, type Finding, processes, runCase } from '../race-case.ts'
import { racerSetup } from '../racer-setup.ts'
import { race } from '../start-racer.ts'
import { customer } from '../tasks/buyer.ts'
import type { WishAct, WishOutcome } from '../tasks/wish-task.ts'

const actor = customer('ada')

/**
 * A19: one customer begins more lists at once than there may be while they put one SKU on a list 32 times, and then moves the list into a cart 32 times. Of the lists
 * there are twenty, the SKU is on the list once, and one unit of it in the cart.
 */
export function wishedTogether(options: CaseOptions): Promise<CaseResult> {
  const times = options.size === 'full' ? 32 : 8
  return runCase('A19', options, { supply: { HOT: { main: 500 } } }, async (arena) => {
    const { wishListId, cartId } = await arena.use(async ({ wishLists, carts }) => {
      const list = await wishLists.create({ actor, name: 'first' })
      const { cart } = await carts.create({ actor })
      return { wishListId: list.id, cartId: cart.id }
    })
    const all = async (...acts: readonly WishAct[]): Promise<readonly WishOutcome[]> => {
      const plan = { customerId: 'ada', times, acts }
      const finishes = await race(Array.from({ length: processes }, (_, index) => racerSetup(arena, index, 'wish', { plan })))
      return finishes.flatMap(({ results }) => results)
    }
    const begun = await all({ type: 'create' }, { type: 'add', wishListId, sku: 'HOT' })
    const listed = await arena.use(({ wishLists }) => wishLists.get({ actor, wishListId }))
    const moved = await all({ type: 'move', wishListId, cartId })
    const { lists, list, cart } = await arena.use(async ({ wishLists, carts }) => ({
      lists: await wishLists.list({ actor }),
      list: await wishLists.get({ actor, wishListId }),
      cart: await carts.get({ actor, cartId }),
    }))
    const units = cart.lines.map(({ sku, quantity }) => `${quantity} ${sku}`).join()
    return (): Finding => ({
      problems: [
        ...[...begun, ...moved]
          .filter(({ type, outcome }) => outcome !== 'done' && !(type === 'create' && outcome === 'WISH_LIST_LIMIT'))
          .map(({ type, outcome }) => `${type} ended in ${outcome}`),
        ...(lists.length === 20 ? [] : [`${lists.length} lists of one customer`]),
        ...(listed.items.length === 1 ? [] : [`one SKU is on a list ${listed.items.length} times`]),
        ...(list.items.length === 0 ? [] : [`${list.items.length} wishes are still on the list`]),
        ...(units === '1 HOT' ? [] : [`the cart has ${units || 'nothing'} instead of 1 HOT`]),
      ],
    })
  })
}
