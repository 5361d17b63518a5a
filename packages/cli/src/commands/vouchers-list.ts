import type { Page, Promotion, PromotionStatus, Voucher } from '@cartwright/core'
import { type ShopOptions, withCommerce } from '../open-shop.ts'
import { staff } from '../staff.ts'
import type { Output } from '../terminal/output.ts'
import { paged } from '../terminal/paged.ts'
import { table } from '../terminal/table.ts'
import { moment } from '../terminal/words.ts'
import { namedPromotion } from './named-promotion.ts'
import { effectWords, usesWords } from './vouchers-show.ts'

interface VouchersListOptions extends ShopOptions {
  /** Id, or one of its codes. */
  readonly promotion?: string
  readonly status?: PromotionStatus
  readonly limit: number
  readonly after?: string
}

/** Lists promotions, newest first, or the codes of one. */
export async function vouchersList(output: Output, options: VouchersListOptions): Promise<number> {
  const { promotion, status, limit, after } = options
  const query = { actor: staff, limit, ...(after === undefined ? {} : { after }) }
  if (promotion !== undefined) {
    const page = await withCommerce(options, { create: false }, async (commerce) =>
      commerce.vouchers.list({ ...query, promotionId: await namedPromotion(commerce, promotion) }),
    )
    output.result(page, () => listed(page, output, codesTable, 'No codes.'))
    return 0
  }
  const page = await withCommerce(options, { create: false }, ({ promotions }) => promotions.list({ ...query, ...(status === undefined ? {} : { status }) }))
  output.result(page, () => listed(page, output, promotionsTable, 'No promotions.'))
  return 0
}

function listed<Item>({ items, next }: Page<Item>, output: Output, shown: (items: readonly Item[], output: Output) => string, none: string): string {
  if (items.length === 0) return none
  return paged(shown(items, output), next, output)
}

/** One line a promotion. */
function promotionsTable(promotions: readonly Promotion[], { paint, width }: Output): string {
  const columns = [
    { title: 'promotion' },
    { title: 'status' },
    { title: 'needs' },
    { title: 'used' },
    { title: 'takes off' },
    { title: 'name', flexible: true },
  ] as const
  const rows = promotions.map(({ id, status, automatic, used, limits, effect, name }) => [
    id,
    paint(status === 'active' ? 'green' : 'dim', status),
    automatic ? '' : 'a code',
    usesWords(used, limits.total),
    effectWords(effect),
    name,
  ])
  return table({ columns, rows, paint, width })
}

/** One line a code. */
export function codesTable(vouchers: readonly Voucher[], { paint, width }: Pick<Output, 'paint' | 'width'>): string {
  const columns = [{ title: 'code' }, { title: 'used' }, { title: 'made' }, { title: 'ended' }] as const
  const rows = vouchers.map(({ code, used, limit, createdAt, endedAt }) => [
    code,
    usesWords(used, limit),
    moment(createdAt),
    endedAt === null ? '' : paint('red', moment(endedAt)),
  ])
  return table({ columns, rows, paint, width })
}
