import type { Page } from './catalog/catalog-store.ts'

/** Every page of a list, one after the other. @param read - the page behind `after`; the first without it */
export async function* allPages<Item>(read: (after: string | undefined) => Promise<Page<Item>>): AsyncGenerator<readonly Item[]> {
  for (let after: string | undefined; ; ) {
    const page = await read(after)
    yield page.items
    if (page.next === null) return
    after = page.next
  }
}

/** What all pages of a list hold. @param read - as of `allPages` */
export async function allItems<Item>(read: (after: string | undefined) => Promise<Page<Item>>): Promise<readonly Item[]> {
  const items: Item[] = []
  for await (const page of allPages(read)) items.push(...page)
  return items
}
