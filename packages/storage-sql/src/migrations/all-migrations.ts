import { firstShop } from './0001-first-shop.ts'
import { inbox } from './0002-inbox.ts'
import { lentCarts } from './0003-lent-carts.ts'
import { refundsAndReturns, refundsChecked } from './0004-refunds-and-returns.ts'
import { workFailures } from './0005-work-failures.ts'
import { customers, guestOrdersByEmail } from './0006-customers.ts'
import { providerListings } from './0007-provider-listings.ts'
import { reviews } from './0008-reviews.ts'

import { customerGroups } from './0009-customer-groups.ts'
import { promotions } from './0009-promotions.ts'
import { credit, creditChecked } from './0010-credit.ts'
import { taxAndDelivery, taxChecked } from './0011-tax-and-delivery.ts'
import { priceLists } from './0012-price-lists.ts'

import { bundles } from './0013-bundles.ts'
import { cartHolds } from './0014-cart-holds.ts'

import { searchSettings } from './0016-search-settings.ts'

import { wishLists } from './0017-wish-lists.ts'

import { saleDays } from './0018-sale-days.ts'

import { additions, additionsOfOrders } from './0019-additions.ts'
import { backorderLimits, backorderLimitsChecked, backordersBySku } from './0021-backorder-limits.ts'
import { listingsRead } from './0022-listings-read.ts'
import { categoryListings, categoryListingsChecked, priceRangesReplaced, productsUnlisted } from './0023-category-listings.ts'

import type { Migration } from './ddl.ts'

/** Every step of the schema, oldest first. */
export const allMigrations: readonly Migration[] = [
  firstShop,
  inbox,
  lentCarts,
  refundsAndReturns,
  refundsChecked,
  workFailures,
  customers,
  guestOrdersByEmail,
  providerListings,
  reviews,
  customerGroups,
  promotions,
  credit,
  creditChecked,
  taxAndDelivery,
  taxChecked,
  priceLists,
  bundles,
  cartHolds,
  searchSettings,
  wishLists,
  saleDays,
  additions,
  additionsOfOrders,
  backorderLimits,
  backorderLimitsChecked,
  backordersBySku,
  listingsRead,
  categoryListings,
  categoryListingsChecked,
  productsUnlisted,
  priceRangesReplaced,
]
