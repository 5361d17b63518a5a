import { writeFile } from 'node:fs/promises'
import { type ShopOptions, withCommerce } from '../open-shop.ts'
import { staff } from '../staff.ts'
import type { Output } from '../terminal/output.ts'
import { namedCustomer } from './named-customer.ts'

interface CustomersExportOptions extends ShopOptions {
  /** Id or address of mail. */
  readonly customer: string
  /** Where to write it. @default stdout */
  readonly output?: string
}

/** Writes everything that the shop knows of a customer, as one JSON value. */
export async function customersExport(output: Output, options: CustomersExportOptions): Promise<number> {
  const { output: file } = options
  const all = await withCommerce(options, { create: false }, async (commerce) =>
    commerce.customers.export({ actor: staff, customerId: await namedCustomer(commerce, options.customer) }),
  )
  if (file === undefined) {
    output.value(all)
    return 0
  }
  // For its owner's eyes only, and never over another file.
  await writeFile(file, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  output.result({ file, orders: all.orders.length, addresses: all.addresses.length, carts: all.carts.length }, () => `Written to ${file}.`)
  return 0
}
