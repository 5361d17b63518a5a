import type { Commerce } from '@cartwright/core'
import { staff } from '../staff.ts'

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The id of a promotion that is named by it, or by one of its codes. @throws NOT_FOUND */
export async function namedPromotion({ promotions, vouchers }: Commerce, name: string): Promise<string> {
  if (uuid.test(name)) return (await promotions.get({ actor: staff, promotionId: name })).id
  return (await vouchers.get({ actor: staff, code: name })).promotionId
}
