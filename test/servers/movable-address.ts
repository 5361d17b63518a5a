import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** An address that stays the same while the server behind it changes, as a failover's does. */
export interface MovableAddress {
  readonly port: number
  /** The address of a database behind it. */
  urlOf(url: string): string
  /** Breaks every connection; none is made until it is moved. */
  cut(): void
  /** Leads new connections to another server. */
  moveTo(url: string): void
  close(): Promise<void>
}

/** Opens an address on loopback that leads to the server of a database's address. */
export async function movableAddress(to: string): Promise<MovableAddress> {
  let target: string | undefined = to
  const sockets = new Set<Socket>()
  const track = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  }
  const server = createServer((incoming) => {
    track(incoming)
    if (target === undefined) return void incoming.destroy()
    const { hostname, port } = new URL(target)
    const outgoing = connect({ host: hostname, port: Number(port) })
    track(outgoing)
    incoming.pipe(outgoing).pipe(incoming)
    incoming.on('close', () => outgoing.destroy())
    outgoing.on('close', () => incoming.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const cut = () => {
    target = undefined
    for (const socket of sockets) socket.destroy()
  }
  return {
    port,
    urlOf: (url) => {
      const moved = new URL(url)
      moved.port = String(port)
      return moved.href
    },
    cut,
    moveTo: (url) => {
      cut()
      target = url
    },
    close: () => {
      cut()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
