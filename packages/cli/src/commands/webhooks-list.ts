import type { InboxEvent, InboxState } from '@cartwright/core'
import { type ShopOptions, withCommerce } from '../open-shop.ts'
import { staff } from '../staff.ts'
import type { Output } from '../terminal/output.ts'
import { paged } from '../terminal/paged.ts'
import { table } from '../terminal/table.ts'
import { moment, spaced } from '../terminal/words.ts'

interface WebhooksListOptions extends ShopOptions {
  readonly state?: InboxState
  readonly limit: number
  readonly after?: string
}

/** Lists what payment providers have sent, newest first. */
export async function webhooksList(output: Output, options: WebhooksListOptions): Promise<number> {
  const { state, limit, after } = options
  const query = { actor: staff, limit, ...(state === undefined ? {} : { state }), ...(after === undefined ? {} : { after }) }
  const page = await withCommerce(options, { create: false }, ({ payments }) => payments.webhooks(query))
  output.result(page, () => {
    if (page.items.length === 0) return 'No webhooks.'
    return paged(eventsTable(page.items, output), page.next, output)
  })
  if (page.items.some((event) => event.state === 'parked')) {
    output.note('What is parked waits for you: mend its cause, then `cartwright webhooks replay` it.')
  }
  return 0
}

/** One line an event. */
export function eventsTable(events: readonly InboxEvent[], output: Output): string {
  const columns = [
    { title: 'received' },
    { title: 'provider' },
    { title: 'type' },
    { title: 'state' },
    { title: 'tries', align: 'right' },
    { title: 'outcome', flexible: true },
    { title: 'event', flexible: true },
  ] as const
  const rows = events.map((event) => [
    moment(event.receivedAt),
    event.provider,
    event.type,
    output.paint(stateStyle(event.state), event.state),
    String(event.attempts),
    spaced(event.outcome ?? event.problem ?? ''),
    event.eventId,
  ])
  return table({ columns, rows, paint: output.paint, width: output.width })
}

function stateStyle(state: InboxState): 'green' | 'yellow' | 'red' | 'dim' {
  if (state === 'parked') return 'red'
  if (state === 'received') return 'yellow'
  return state === 'processed' ? 'green' : 'dim'
}
