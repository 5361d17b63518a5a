import { z } from 'zod'
import type { StripeEvent } from '../books/stripe-objects.ts'
import { pageOf, placesWithin } from '../http/list-pages.ts'
import { type Operation, operation } from '../http/operation.ts'
import { created, expand, flag, paging, text } from '../http/parameters.ts'
import { invalidRequest, missing } from '../http/stripe-refusal.ts'

/** How long Stripe lists an event. */
const keptSeconds = 30 * 24 * 3600

const listParameters = z.strictObject({
  ...paging,
  created: created.optional(),
  delivery_success: flag.optional(),
  type: text.optional(),
  types: z.array(text).max(20).optional(),
})

export const eventOperations: readonly Operation[] = [
  operation('GET', '/v1/events', listParameters, ({ books, params }) => {
    if (params.type !== undefined && params.types !== undefined)
      throw invalidRequest('Either type or types, not both.', { code: 'parameters_exclusive', param: 'types' })
    const types = params.types ?? (params.type === undefined ? undefined : [params.type])
    const [kept] = placesWithin(books.events.items, { gte: books.seconds() - keptSeconds })
    const [from, to] = placesWithin(books.events.items, params.created)
    return pageOf(books.events.items, params, '/v1/events', {
      between: [Math.max(kept, from), to],
      wanted: (event) =>
        (types === undefined || types.some((type) => ofType(event, type))) &&
        (params.delivery_success === undefined || params.delivery_success === (event.pending_webhooks === 0)),
      placeOf: (id) => books.events.placeOf(id),
    })
  }),
  operation('GET', '/v1/events/{id}', z.strictObject({ expand }), ({ books, id }) => {
    const event = books.events.get(id)
    if (event === undefined) throw missing('event', id, 'id')
    return event
  }),
]

/** `charge.*` stands for everything that begins with `charge.`. */
export function ofType(event: Pick<StripeEvent, 'type'>, wanted: string): boolean {
  return wanted === '*' || wanted === event.type || (wanted.endsWith('.*') && event.type.startsWith(wanted.slice(0, -1)))
}
