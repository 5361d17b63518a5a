/** The part of package-lock.json that is looked at. */
export interface Lockfile {
  readonly packages: Readonly<Record<string, LockedPackage>>
}

export interface LockedPackage {
  readonly version?: string
  readonly resolved?: string
  readonly optionalDependencies?: Readonly<Record<string, string>>
  /** Not of npm's making: see `mended`. */
  readonly gypfile?: false
}

/** True for an installed package that has a binding.gyp but asks npm not to compile it. */
export type ShipsBinary = (path: string) => boolean

/**
 * The lock file with `gypfile: false` on the packages that say so in their own package.json. npm reads the field from the lock file but does not write it
 * there, and compiles such a package at every `npm ci`, which needs Python, a compiler and Node's headers.
 */
export function mended<File extends Lockfile>(lockfile: File, shipsBinary: ShipsBinary): File {
  const packages = Object.entries(lockfile.packages).map(([path, entry]) => [path, shipsBinary(path) ? { ...entry, gypfile: false } : entry])
  return { ...lockfile, packages: Object.fromEntries(packages) }
}

/** What is wrong with a lock file. */
export function lockfileFaults(lockfile: Lockfile, shipsBinary: ShipsBinary): readonly string[] {
  const entries = Object.entries(lockfile.packages)
  const has = (name: string): boolean => entries.some(([path]) => path === `node_modules/${name}` || path.endsWith(`/node_modules/${name}`))
  return entries.flatMap(([path, entry]) => [
    ...(shipsBinary(path) && entry.gypfile !== false ? [`${path} would be compiled by npm ci: run npm run lock`] : []),
    ...(entry.resolved?.startsWith('http') === true ? [`${path} names a registry's host: see .npmrc`] : []),
    ...Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => !has(name))
      .map((name) => `${name}, which ${path} has for another platform, is missing: npm ci would refuse the file`),
  ])
}
