import type { ProductId, SearchSettings } from '@cartwright/core/ports'
import { expect, it } from 'vitest'
import { at } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'

const nobody = { productIds: [], categories: [], attributes: [] }
const settings: SearchSettings = {
  version: 0,
  rules: [
    {
      name: 'Tea season “2027”',
      when: { text: 'tea', category: ['Küche'] },
      pins: [{ productId: '01900000-0000-7000-8000-000000000001' as ProductId, position: 2 }],
      boost: { ...nobody, attributes: [{ name: 'Brand', value: "O'Ours" }] },
      bury: { ...nobody, categories: [['Sale', 'Old']] },
    },
  ],
  synonyms: [{ words: ['sofa', 'couch'] }, { words: ['phone'], alsoFind: ['smart phone'] }],
}

export function searchSettingsBehaviour(options: StorageSuiteOptions): void {
  const storage = testStorage(options)
  const read = (knownVersion?: number) =>
    storage().snapshot(at(0), ({ searchSettings }) => searchSettings.read(knownVersion === undefined ? {} : { knownVersion }), { fresh: true })
  const save = (given: SearchSettings) => storage().transaction(at(0), ({ searchSettings }) => searchSettings.save(given))

  it('has none at first, and gives back what was saved under the next version', async () => {
    expect(await read()).toEqual({ version: 0, rules: [], synonyms: [] })
    expect(await save(settings)).toBe('saved')
    expect(await read()).toEqual({ ...settings, version: 1 })
  })

  it('is read only where another version is known', async () => {
    expect(await read(0)).toBeUndefined()
    await save(settings)
    expect((await read(0))?.version).toBe(1)
    expect(await read(1)).toBeUndefined()
    expect((await read(7))?.version).toBe(1)
  })

  it('refuses to replace another version than the one named', async () => {
    await save(settings)
    expect(await save({ version: 0, rules: [], synonyms: [] })).toBe('stale')
    expect(await save({ version: 2, rules: [], synonyms: [] })).toBe('stale')
    expect((await read())?.rules).toEqual(settings.rules)
  })

  it('lets one of several that replace one version', async () => {
    const outcomes = await Promise.all(Array.from({ length: 8 }, (_, n) => save({ version: 0, rules: [], synonyms: [{ words: ['a', `b${n}`] }] })))
    expect(outcomes.filter((outcome) => outcome === 'saved')).toHaveLength(1)
    expect(await read()).toMatchObject({ version: 1, synonyms: [{ words: ['a', `b${outcomes.indexOf('saved')}`] }] })
  })
}
