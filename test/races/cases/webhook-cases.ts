import { seededRandom } from '@cartwright/testing'
import type { Arena } from '../arena.ts'
import { type CaseOptions, type CaseResult, type Finding, processes, runCase } from '../race-case.ts'
import { racerSetup } from '../racer-setup.ts'
import { Retrier } from '../retrier.ts'
import { race } from '../start-racer.ts'
import { type Answer, placeCart } from '../tasks/buyer.ts'
import type { PlainWebhook } from '../tasks/webhook-task.ts'

/** The secret that the bank of a race signs with: its provider's default. */
const secret = 'fake-webhook-secret'

/** What the orders are paid with, in turn: what only an event finishes, what is charged twice and told twice, what is lost, what is paid at once. */
const methods = ['card_requires_action', 'card_duplicate', 'card_timeout', 'card_ok'] as const

/** Places orders and lets their buyers act at the bank, of which the shop knows nothing yet. */
async function placeOrders(arena: Arena, count: number): Promise<readonly Answer[]> {
  const names = Array.from({ length: count }, (_, index) => `buyer-${index}`)
  const carts = await arena.readyCarts(names)
  const answers = await arena.use(async (commerce) => {
    const racer = { commerce, retrier: new Retrier(seededRandom(arena.seed)) }
    const placed: Answer[] = []
    for (const [index, cart] of carts.entries()) {
      const method = methods[index % methods.length] ?? 'card_ok'
      placed.push(await placeCart(racer, cart.customerId, cart, { method, idempotencyKey: `key-${index}` }))
    }
    return placed
  })
  for (const { providerPaymentId, status } of arena.bank.ledger.listPayments({ limit: 10_000 }).items) {
    if (status === 'requires_action') arena.bank.ledger.completeAction(providerPaymentId)
  }
  return answers
}

function signedWebhooks({ bank }: Arena): readonly PlainWebhook[] {
  return bank.ledger.listEvents({ limit: 10_000 }).items.map(({ eventId }) => {
    const { rawBody, headers } = bank.ledger.signedWebhook(eventId, { secret, at: new Date() })
    return { eventId, body: Buffer.from(rawBody).toString('utf8'), headers }
  })
}

/** C1: every event twelve times, in any order, to four processes that act on them meanwhile; some have a twin under another id. */
export function everyEventTwelveTimes(options: CaseOptions): Promise<CaseResult> {
  const count = options.size === 'full' ? 80 : 12
  const rounds = 3
  return runCase('C1', options, { supply: { HOT: { main: 100 } } }, async (arena) => {
    await placeOrders(arena, count)
    const webhooks = signedWebhooks(arena)
    const finishes = await race(Array.from({ length: processes }, (_, index) => racerSetup(arena, index, 'webhook', { webhooks, rounds })))
    const answers = finishes.flatMap(({ results }) => results)
    const kept = await arena.use((commerce) => commerce.storage.snapshot({ source: 'database' }, (snapshot) => countEvents(snapshot.inbox.list)))
    return ({ orders }): Finding => {
      const odd = answers.filter(({ outcome }) => outcome !== 'recorded' && outcome !== 'duplicate')
      const recorded = answers.filter(({ outcome }) => outcome === 'recorded').length
      const unpaid = orders.filter(({ status, paymentStatus }) => status !== 'confirmed' || paymentStatus !== 'paid')
      const extra = Math.ceil((count - 1) / methods.length)
      const returned = arena.bank.ledger.refunds().length
      return {
        problems: [
          ...finishes.flatMap(({ busy }) => busy),
          ...odd.map(({ eventId, outcome }) => `${eventId}: ${outcome}`),
          ...(recorded === webhooks.length && kept === webhooks.length ? [] : [`${recorded} recorded and ${kept} kept of ${webhooks.length} events`]),
          ...unpaid.map(({ number, status, paymentStatus }) => `order ${number} is ${status} and ${paymentStatus}`),
          ...(returned === extra ? [] : [`${returned} refunds of ${extra} extra charges`]),
        ],
      }
    }
  })
}

type ListEvents = (query: { limit: number; after?: string }) => Promise<{ readonly items: readonly unknown[]; readonly next: string | null }>

async function countEvents(list: ListEvents): Promise<number> {
  let found = 0
  for (let after: string | null | undefined; after !== null; ) {
    const page = await list({ limit: 100, ...(after === undefined ? {} : { after }) })
    found += page.items.length
    after = page.next
  }
  return found
}
