import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RawAnswer, RawRequest } from './answer-request.ts'

export interface RunningServer {
  readonly host: string
  readonly port: number
  readonly url: string
  /** Resolves when no request is under way but those that are never answered. */
  idle(): Promise<void>
  close(): Promise<void>
}

export interface ServeOptions {
  readonly port: number
  readonly answer: (request: RawRequest) => Promise<RawAnswer>
  /** Called when an answer has left, or the connection has been cut. */
  readonly afterAnswer: () => void
}

const host = '127.0.0.1'

/** Listens on loopback. */
export async function serveRequests({ port, answer, afterAnswer }: ServeOptions): Promise<RunningServer> {
  const running = new Set<Promise<void>>()
  const server = createServer((request, response) => {
    const work = respond(request, response, answer).finally(() => {
      running.delete(work)
      afterAnswer()
    })
    running.add(work)
  })
  server.listen(port, host)
  await once(server, 'listening')
  const { port: bound } = server.address() as AddressInfo
  return {
    host,
    port: bound,
    url: `http://${host}:${bound}`,
    idle: async () => {
      while (running.size > 0) await Promise.all(running)
    },
    close: () => closed(server),
  }
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
}

async function respond(request: IncomingMessage, response: ServerResponse, answer: ServeOptions['answer']): Promise<void> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer)
  } catch {
    return
  }
  const { pathname, search } = new URL(request.url ?? '/', 'http://stripe.invalid')
  try {
    const result = await answer({
      method: request.method ?? 'GET',
      path: pathname,
      query: search.slice(1),
      body: Buffer.concat(chunks).toString('utf8'),
      header: (name) => request.headers[name]?.toString() ?? null,
    })
    if (result.kind === 'cut') response.destroy()
    else if (result.kind === 'answer') response.writeHead(result.status, result.headers).end(result.body)
  } catch (error) {
    response
      .writeHead(500, { 'content-type': 'text/plain' })
      .end(`A fault of the fake, not one it plays: ${error instanceof Error ? error.stack : String(error)}`)
  }
}
