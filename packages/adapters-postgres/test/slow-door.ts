import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A way to a server that lets connections in one after the other, as a machine does that has no time to make many at once. */
export interface SlowDoor {
  /** The same database by this way. */
  readonly url: string
  /** How many connections have come. */
  readonly come: () => number
  close(): Promise<void>
}

/** @param admitMs - how long each takes to be let in. */
export async function slowDoor(url: string, admitMs: number): Promise<SlowDoor> {
  const { hostname, port } = new URL(url)
  const sockets = new Set<Socket>()
  let previous: Promise<unknown> = Promise.resolve()
  let come = 0
  const server = createServer((client) => {
    come += 1
    sockets.add(client)
    client.on('error', () => undefined)
    client.pause()
    previous = previous.then(async () => {
      await sleep(admitMs)
      const behind = connect({ host: hostname, port: Number(port) })
      sockets.add(behind)
      behind.on('error', () => client.destroy())
      client.on('close', () => behind.destroy())
      behind.on('close', () => client.destroy())
      client.pipe(behind).pipe(client)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const way = new URL(url)
  way.port = String(typeof address === 'object' ? address?.port : '')
  return {
    url: way.href,
    come: () => come,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
