import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** `up`; `hangs`: connections are taken and nothing comes back until it is over; `down`: none is taken; or each answer comes so many ms late. */
export type AddressFault = 'up' | 'hangs' | 'down' | { readonly lateByMs: number }

/** A way to a server on loopback that can be spoilt. */
export interface FaultyAddress {
  /** The server's address, through here. */
  readonly url: string
  /** From now on, also for connections that are open. */
  become(fault: AddressFault): void
  close(): Promise<void>
}

/** @param url - of the server, e.g. `redis://127.0.0.1:6379/0` */
export async function faultyAddress(url: string): Promise<FaultyAddress> {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  const answers = new Set<Socket>()
  let fault: AddressFault = 'up'
  const track = (socket: Socket) => {
    sockets.add(socket.setNoDelay(true))
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  }
  const server = createServer((incoming) => {
    track(incoming)
    if (fault === 'down') return void incoming.destroy()
    const outgoing = connect({ host: target.hostname, port: Number(target.port) })
    track(outgoing)
    incoming.pipe(outgoing)
    answers.add(outgoing)
    outgoing.on('close', () => answers.delete(outgoing))
    outgoing.on('data', (chunk) => {
      if (typeof fault === 'object') setTimeout(() => incoming.write(chunk), fault.lateByMs).unref()
      else incoming.write(chunk)
    })
    if (fault === 'hangs') outgoing.pause()
    incoming.on('close', () => outgoing.destroy())
    outgoing.on('close', () => incoming.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const through = new URL(url)
  through.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const destroyAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: through.href,
    become: (next) => {
      fault = next
      if (fault === 'down') destroyAll()
      for (const socket of answers) {
        if (fault === 'hangs') socket.pause()
        else socket.resume()
      }
    },
    close: () => {
      destroyAll()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
