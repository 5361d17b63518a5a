import type { Commerce, OrderWithAdditions } from '@cartwright/core'
import { staff } from '../staff.ts'

/** An order by its number or its id. @throws NOT_FOUND */
export function findOrder({ orders }: Pick<Commerce, 'orders'>, order: string): Promise<OrderWithAdditions> {
  const isId = /^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(order)
  return orders.get({ actor: staff, ...(isId ? { id: order.toLowerCase() } : { number: order.toUpperCase() }) })
}
