import { setTimeout as sleep } from 'node:timers/promises'
import { startServer } from './server.ts'
import { openShop } from './shop.ts'

const { STRIPE_SECRET_KEY, STRIPE_PUBLISHABLE_KEY, STRIPE_WEBHOOK_SECRET, PORT = '3000' } = process.env
if (STRIPE_SECRET_KEY === undefined || STRIPE_PUBLISHABLE_KEY === undefined || STRIPE_WEBHOOK_SECRET === undefined)
  throw new Error('set STRIPE_SECRET_KEY, STRIPE_PUBLISHABLE_KEY and STRIPE_WEBHOOK_SECRET, as `stripe listen` shows it')

const commerce = await openShop('stripe-shop.db', { apiKey: STRIPE_SECRET_KEY, webhookSecrets: [STRIPE_WEBHOOK_SECRET] })
const server = await startServer({ commerce, publishableKey: STRIPE_PUBLISHABLE_KEY, port: Number(PORT) })
console.log(`a mug is for sale at ${server.url}`)

const stop = new AbortController()
process.once('SIGINT', () => stop.abort())
// The worker acts on webhooks, and finishes what was cut off. In a real shop it may be another process.
while (!stop.signal.aborted) {
  await commerce.worker.runOnce()
  await sleep(1_000, undefined, { signal: stop.signal }).catch(() => undefined)
}
await server.close()
await commerce.close()
