import type { CreditStatus, GiftCard } from '@cartwright/core'
import { type ShopOptions, withCommerce } from '../open-shop.ts'
import { staff } from '../staff.ts'
import type { Output } from '../terminal/output.ts'
import { paged } from '../terminal/paged.ts'
import { table } from '../terminal/table.ts'
import { amount, moment } from '../terminal/words.ts'

interface GiftCardsListOptions extends ShopOptions {
  readonly status?: CreditStatus
  readonly limit: number
  readonly after?: string
}

/** Lists gift cards, newest first. */
export async function giftCardsList(output: Output, options: GiftCardsListOptions): Promise<number> {
  const { status, limit, after } = options
  const query = { actor: staff, limit, ...(status === undefined ? {} : { status }), ...(after === undefined ? {} : { after }) }
  const page = await withCommerce(options, { create: false }, ({ giftCards }) => giftCards.list(query))
  output.result(page, () => {
    if (page.items.length === 0) return 'No gift cards.'
    return paged(cardsTable(page.items, output), page.next, output)
  })
  return 0
}

function cardsTable(cards: readonly GiftCard[], output: Output): string {
  const columns = [
    { title: 'card' },
    { title: 'ends' },
    { title: 'issued' },
    { title: 'status' },
    { title: 'balance', align: 'right' },
    { title: 'expires' },
    { title: 'note', flexible: true },
  ] as const
  const rows = cards.map(({ id, lastFour, createdAt, status, balanceMinor, currency, expiresAt, note }) => [
    id,
    lastFour ?? '',
    moment(createdAt),
    output.paint(status === 'active' ? 'green' : 'red', status),
    amount(balanceMinor, currency),
    expiresAt === null ? '' : moment(expiresAt),
    note ?? '',
  ])
  return table({ columns, rows, paint: output.paint, width: output.width })
}
