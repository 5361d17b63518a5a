import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Where a connection dies: before its transaction begins, before the server hears of the COMMIT, or after it has committed and before the client hears of that. */
export type Cut = 'at BEGIN' | 'before COMMIT' | 'after COMMIT'

/** A way to a Postgres server that breaks at a chosen moment. */
export interface CuttingProxy {
  /** The server's address, through the proxy. */
  readonly url: string
  /** Breaks the connection of the n-th writing transaction from now on, counted from 1, once. */
  cut(place: Cut, transaction: number): void
  /** How many connections were broken on purpose. */
  readonly cuts: number
  close(): Promise<void>
}

/** Starts a proxy before a server, on loopback. @param url - of the server. */
export async function cuttingProxy(url: string): Promise<CuttingProxy> {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  const plan = new CutPlan()
  const server = createServer((client) => {
    const upstream = connect({ host: target.hostname, port: Number(target.port) })
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => undefined)
    }
    const end = () => {
      client.destroy()
      upstream.destroy()
      sockets.delete(client)
      sockets.delete(upstream)
    }
    client.on('close', end)
    upstream.on('close', end)
    let committing = false
    forEachMessage(client, { startsUntyped: true }, (message) => {
      const fate = plan.of(message)
      if (fate === 'dies') return end()
      if (fate === 'dies once committed') committing = true
      upstream.write(message)
    })
    forEachMessage(upstream, { startsUntyped: false }, (message) => {
      if (committing && isCommitted(message)) end()
      else client.write(message)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const through = new URL(url)
  through.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: through.href,
    cut: (place, transaction) => plan.set(place, transaction),
    get cuts() {
      return plan.cuts
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Which transaction dies, and where. */
class CutPlan {
  #place: Cut | undefined
  #left = 0
  cuts = 0

  set(place: Cut, transaction: number): void {
    this.#place = place
    this.#left = transaction
  }

  /** What becomes of the connection that sends this. */
  of(message: Buffer): 'lives' | 'dies' | 'dies once committed' {
    const counts = this.#place === 'at BEGIN' ? isQuery(message, 'BEGIN ISOLATION LEVEL READ COMMITTED') : isQuery(message, 'COMMIT\0')
    if (this.#place === undefined || !counts) return 'lives'
    this.#left -= 1
    if (this.#left > 0) return 'lives'
    const fate = this.#place === 'after COMMIT' ? 'dies once committed' : 'dies'
    this.#place = undefined
    this.cuts += 1
    return fate
  }
}

const lengthBytes = 4

/** Takes a stream of the protocol apart: one byte of type, four of length, which counts itself; the first message of a client has no type. */
function forEachMessage(socket: Socket, { startsUntyped }: { readonly startsUntyped: boolean }, handle: (message: Buffer) => void): void {
  let pending = Buffer.alloc(0)
  let typeBytes = startsUntyped ? 0 : 1
  socket.on('data', (chunk) => {
    pending = Buffer.concat([pending, chunk])
    while (pending.length >= typeBytes + lengthBytes) {
      const end = typeBytes + pending.readUInt32BE(typeBytes)
      if (pending.length < end) return
      const message = pending.subarray(0, end)
      pending = pending.subarray(end)
      typeBytes = 1
      handle(message)
    }
  })
}

/** A statement sent without parameters. */
function isQuery(message: Buffer, start: string): boolean {
  return message[0] === 'Q'.charCodeAt(0) && message.toString('latin1', 1 + lengthBytes).startsWith(start)
}

/** The server's word that a transaction has been committed. */
function isCommitted(message: Buffer): boolean {
  return message[0] === 'C'.charCodeAt(0) && message.toString('latin1', 1 + lengthBytes) === 'COMMIT\0'
}
