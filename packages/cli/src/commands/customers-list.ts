import { type ShopOptions, withCommerce } from '../open-shop.ts'
import { staff } from '../staff.ts'
import type { Output } from '../terminal/output.ts'
import { paged } from '../terminal/paged.ts'
import { table } from '../terminal/table.ts'
import { moment } from '../terminal/words.ts'

interface CustomersListOptions extends ShopOptions {
  readonly email?: string
  readonly limit: number
  readonly after?: string
}

/** Lists customers, newest first. */
export async function customersList(output: Output, options: CustomersListOptions): Promise<number> {
  const { email, limit, after } = options
  const query = { actor: staff, limit, ...(email === undefined ? {} : { email }), ...(after === undefined ? {} : { after }) }
  const page = await withCommerce(options, { create: false }, ({ customers }) => customers.list(query))
  output.result(page, () => {
    if (page.items.length === 0) return 'No customers.'
    const columns = [
      { title: 'customer' },
      { title: 'since' },
      { title: 'name', flexible: true },
      { title: 'email', flexible: true },
      { title: 'confirmed' },
    ] as const
    const rows = page.items.map(({ id, createdAt, name, email: mail, emailVerifiedAt }) => [
      id,
      moment(createdAt),
      name ?? '',
      mail ?? '',
      emailVerifiedAt === null ? output.paint('dim', 'no') : moment(emailVerifiedAt),
    ])
    const shown = table({ columns, rows, paint: output.paint, width: output.width })
    return paged(shown, page.next, output)
  })
  return 0
}
