import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Commerce, isCommerceError } from '@cartwright/core'

/** The shop's route for Stripe's webhooks, in this process. */
export interface WebhookEndpoint {
  readonly url: string
  /** Lets a shop take in what comes; before that, and when it is gone, everything is answered 503. */
  serve(commerce: Commerce | undefined): void
  close(): Promise<void>
}

export async function openWebhookEndpoint(): Promise<WebhookEndpoint> {
  let shop: Commerce | undefined
  const server = createServer((request, response) => {
    void statusFor(shop, request).then((status) => response.writeHead(status).end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/webhooks/stripe`,
    serve: (commerce) => {
      shop = commerce
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function statusFor(shop: Commerce | undefined, request: IncomingMessage): Promise<number> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  if (shop === undefined) return 503
  try {
    await shop.payments.handleWebhook({ provider: 'stripe', rawBody: Buffer.concat(parts), headers: request.headers })
    return 200
  } catch (error) {
    return isCommerceError(error, 'WEBHOOK_INVALID') || isCommerceError(error, 'WEBHOOK_FOREIGN') ? 400 : 503
  }
}
