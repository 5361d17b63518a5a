import { execFileSync } from 'node:child_process'
import { chownSync } from 'node:fs'

/** The user that the servers run as. */
export interface Owner {
  readonly uid: number
  readonly gid: number
  /** Gives a file or folder to this user. */
  own(path: string): void
}

/** The user who asks; for root, the user `postgres` that Debian's package makes, because Postgres refuses to run as root. */
export function findOwner(): Owner {
  const [uid, gid] = [process.getuid?.(), process.getgid?.()]
  if (uid === undefined || gid === undefined) throw new Error('The servers are run on Linux only; compose.yaml has the same for Docker.')
  if (uid !== 0) return { uid, gid, own: () => undefined }
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  const owner = { uid: idOf('-u'), gid: idOf('-g') }
  return { ...owner, own: (path) => chownSync(path, owner.uid, owner.gid) }
}
