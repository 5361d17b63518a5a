import { creditSuite, priceListSuite, promotionSuite, reviewSuite, searchSettingsSuite } from '@cartwright/testing/conformance'
import { creditReturnedTwice } from '../planted/credit/credit-returned-twice.ts'
import { overlay } from '../planted/overlay.ts'
import { codeNotCounted } from '../planted/promotions/code-not-counted.ts'
import { ratingNotTakenBack } from '../planted/reviews/rating-not-taken-back.ts'
import { inStore, on } from './faulty-database.ts'
import type { WrongAdapter } from './wrong-adapter.ts'

/** One fault for each suite of what a shop sells with: prices, promotions, credit, reviews, search. */
export const wrongSellingStores: readonly WrongAdapter[] = [
  {
    suite: 'reviewSuite',
    fault: 'a rating that forgets what was taken back',
    caughtBy: 'end with the last review',
    register: on(reviewSuite, ratingNotTakenBack),
  },
  {
    suite: 'promotionSuite',
    fault: 'a code whose uses are not counted',
    caughtBy: 'give a code that may be used once to one of 16',
    register: on(promotionSuite, codeNotCounted),
  },
  {
    suite: 'priceListSuite',
    fault: 'lists that count for everybody, whatever groups they name',
    caughtBy: 'counts for the groups that it names, and for nobody else',
    register: on(
      priceListSuite,
      inStore('priceLists', (lists) => overlay(lists, { save: ({ list, expectedVersion }) => lists.save({ list: { ...list, groups: [] }, expectedVersion }) })),
    ),
  },
  {
    suite: 'creditSuite',
    fault: 'credit that is given back without being marked',
    caughtBy: 'is given back once, in parts',
    register: on(creditSuite, creditReturnedTwice),
  },
  {
    suite: 'searchSettingsSuite',
    fault: 'settings that replace whatever is there',
    caughtBy: 'refuses to replace another version than the one named',
    register: on(
      searchSettingsSuite,
      inStore('searchSettings', (store) =>
        overlay(store, { save: async (settings) => store.save({ ...settings, version: (await store.read({}))?.version ?? settings.version }) }),
      ),
    ),
  },
]
