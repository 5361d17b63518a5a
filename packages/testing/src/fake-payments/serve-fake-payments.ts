import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { callLedger, isLedgerCall } from './call-ledger.ts'
import { FakePaymentLedger } from './fake-payment-ledger.ts'
import { decode, encode } from './wire-format.ts'

export interface FakePaymentsServer {
  /** What `fakePaymentsClient` connects to, e.g. `http://127.0.0.1:40213`. */
  readonly url: string
  readonly ledger: FakePaymentLedger
  close(): Promise<void>
}

/**
 * Keeps a ledger behind HTTP on 127.0.0.1, so that the "bank" outlives a shop process that is killed. A lost answer is a connection that is cut.
 *
 * @param options.ledger - a new, empty one by default.
 */
export async function serveFakePayments(options: { readonly ledger?: FakePaymentLedger } = {}): Promise<FakePaymentsServer> {
  const ledger = options.ledger ?? new FakePaymentLedger()
  const server = createServer((request, response) => {
    answer(ledger, request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500)
      response.end(error instanceof Error ? error.message : String(error))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    ledger,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function answer(ledger: FakePaymentLedger, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const call = (request.url ?? '').slice(1)
  if (!isLedgerCall(call)) {
    response.writeHead(404).end()
    return
  }
  const result = callLedger(ledger, call, decode(Buffer.concat(chunks).toString('utf8')) as never)
  if (typeof result === 'object' && 'outcome' in result && result.outcome === 'lost') {
    response.destroy()
    return
  }
  response.writeHead(200, { 'content-type': 'application/json' }).end(encode(result))
}
