import { afterEach, beforeEach } from 'vitest'

/** Registers the hooks that open something before each test of the surrounding `describe` and close it afterwards. @returns what is open now. */
export function openedForTest<T>(open: () => Promise<T>, close: (opened: T) => Promise<void> = async () => {}): () => T {
  let current: { readonly opened: T } | undefined
  beforeEach(async () => {
    current = { opened: await open() }
  })
  afterEach(async () => {
    if (current !== undefined) await close(current.opened)
    current = undefined
  })
  return () => {
    if (current === undefined) throw new Error('what the suite opens is open during tests only')
    return current.opened
  }
}
