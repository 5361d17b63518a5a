import { codeOf } from '../answer-code.ts'
import { customer } from './buyer.ts'
import type { Racer } from './racer-context.ts'

/** A guest's cart that is to move into a customer's. */
export interface MergePlan {
  readonly customerId: string
  readonly cartId: string
  readonly guestCartId: string
  readonly guestToken: string
}

interface MergeAnswers {
  /** `done`, or the code of the refusal, for each call. */
  readonly merges: readonly string[]
  /** The same for each unit that is put into the guest's cart meanwhile. */
  readonly edits: readonly string[]
}

/** Signs one buyer in many times at once, in as many tabs, one of which goes on filling the cart. */
export async function mergeTask(
  { commerce, retrier }: Racer,
  { plan, calls, sku }: { readonly plan: MergePlan; readonly calls: number; readonly sku: string },
): Promise<MergeAnswers> {
  const { customerId, cartId, guestCartId, guestToken } = plan
  const merge = () => codeOf(retrier.run(() => commerce.carts.merge({ actor: customer(customerId), cartId, guestCartId, guestToken })))
  const guest = { type: 'guest', token: guestToken } as const
  const edit = () => codeOf(retrier.run(() => commerce.carts.addLine({ actor: guest, cartId: guestCartId, sku, quantity: 1 })))
  const [edits, merges] = await Promise.all([Promise.all([edit(), edit()]), Promise.all(Array.from({ length: calls }, merge))])
  return { merges, edits }
}
