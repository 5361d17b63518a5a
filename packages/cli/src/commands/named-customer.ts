import { type Commerce, CommerceError } from '@cartwright/core'
import { staff } from '../staff.ts'

/** The id of a customer who is named by it, or by their address of mail. @throws NOT_FOUND for an address that nobody has */
export async function namedCustomer({ customers }: Commerce, name: string): Promise<string> {
  if (!/^[^@\s]+@[^@\s]+$/.test(name)) return name
  const { items } = await customers.list({ actor: staff, email: name, limit: 1 })
  const [found] = items
  if (found !== undefined) return found.id
  throw new CommerceError('NOT_FOUND', { details: { object: 'customer' } })
}
