import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Commerce, isCommerceError } from '@cartwright/core'
import { startCheckout } from './checkout.ts'
import { page, script } from './page.ts'

export interface ServerOptions {
  readonly commerce: Commerce
  /** `pk_…`: not a secret. */
  readonly publishableKey: string
  /** @default one that is free */
  readonly port?: number
}

type Handler = (request: IncomingMessage, response: ServerResponse, id: string) => Promise<void>

const maxBodyBytes = 1_048_576

/** The only other host that the page may load scripts from, show frames of and talk to is Stripe. */
const policy = [
  "default-src 'none'",
  "script-src 'self' https://js.stripe.com",
  'frame-src https://js.stripe.com https://hooks.stripe.com',
  "connect-src 'self' https://api.stripe.com",
  "style-src 'unsafe-inline'",
].join('; ')

/** Serves the page, the checkout and the webhook. */
export async function startServer({ commerce, publishableKey, port = 0 }: ServerOptions): Promise<{ readonly url: string; close(): Promise<void> }> {
  const routes = routesOf(commerce, publishableKey)
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const [, route = '', id = ''] = /^(\/(?:[a-z.]*)(?:\/stripe)?)(?:\/([0-9a-f-]{36}))?$/.exec(pathname) ?? []
    const handle = routes[`${request.method} ${route}`]
    if (handle === undefined) return void response.writeHead(404).end()
    handle(request, response, id).catch((error: unknown) => fail(response, error))
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function routesOf(commerce: Commerce, publishableKey: string): Readonly<Record<string, Handler>> {
  return {
    'GET /': async (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy }).end(page(publishableKey))
    },
    'GET /page.js': async (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/javascript; charset=utf-8' }).end(script)
    },
    'POST /checkout': async (_request, response) => json(response, 201, await startCheckout(commerce)),
    'GET /orders': async (request, response, id) => {
      const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
      const { number, displayStatus } = await commerce.orders.get({ actor: { type: 'guest', token }, id })
      json(response, 200, { number, displayStatus })
    },
    // #region webhook
    'POST /webhooks/stripe': async (request, response) => {
      const rawBody = await bytesOf(request)
      const { outcome } = await commerce.payments.handleWebhook({ provider: 'stripe', rawBody, headers: request.headers })
      json(response, 200, { outcome })
    },
    // #endregion webhook
  }
}

/** The body as it came. @throws RangeError for one that is too long */
async function bytesOf(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength
    if (bytes > maxBodyBytes) throw new RangeError('the body is too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function fail(response: ServerResponse, error: unknown): void {
  json(response, statusOf(error), isCommerceError(error) ? { code: error.code } : {})
}

/** Stripe sends a webhook again unless it is answered with 2xx: 503 for what may succeed then. */
function statusOf(error: unknown): number {
  if (isCommerceError(error, 'NOT_FOUND')) return 404
  if (isCommerceError(error) && !error.retryable) return 400
  return error instanceof RangeError ? 413 : 503
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
