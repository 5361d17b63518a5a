import type { LoadShapes } from './load-shapes.ts'

/**
 * Figures that we measured in public data sets; no row of any is kept here. The first two are CC BY 4.0.
 *
 * - Orders, lines, units, popularity, hours, guests, cancellations: Chen, D. (2015), Online Retail, UCI Machine Learning Repository, doi:10.24432/C5BW33: 19,960 orders
 *   of a British gift wholesaler in 2010 and 2011, so baskets are larger than a household's. Cancellations are counted by invoice.
 * - Sessions, pages, think times: Sakar, C. and Kastro, Y. (2018), Online Shoppers Purchasing Intention, doi:10.24432/C5F88Q: 12,330 sessions of one shop. A think time is
 *   a session's time on product pages divided by their number, over the 11,506 sessions that have two such pages and any time on them: the spread between the
 *   pages of one session, which is wider, is not in the data.
 * - Words of a search: the 174 distinct texts of the ESCI queries that OpenSearch ships for its tests (Apache-2.0).
 *
 * Percentiles are nearest-rank.
 */
export const defaultLoadShapes: LoadShapes = {
  linesPerOrder: { p50: 15, p75: 29, p90: 54, p95: 79, p99: 220, max: 1_114 },
  unitsPerLine: { p50: 3, p75: 10, p90: 24, p95: 30, p99: 100, max: 80_995 },
  ordersPerCustomer: { p50: 2, p75: 5, p90: 9, p95: 13, p99: 30, max: 209 },
  popularity: { distinct: 3_922, topOneShare: 0.00427, topHundredthShare: 0.0935, topTenthShare: 0.4464 },
  ordersByHour: [0, 0, 0, 0, 0, 0, 1, 29, 566, 1_484, 2_361, 2_396, 3_219, 2_753, 2_457, 2_336, 1_335, 667, 192, 146, 18, 0, 0, 0],
  ordersPerDay: 65.443,
  cancelledShare: 0.1612,
  guestShare: 0.0715,
  buyingShare: 0.1547,
  pagesPerSession: { p50: 20, p75: 42, p90: 80, p95: 117, p99: 231, max: 746 },
  pagesPerBuyingSession: { p50: 32, p75: 62, p90: 122, p95: 168, p99: 319, max: 543 },
  wordsPerQuery: { p50: 2, p75: 2, p90: 3, p95: 4, p99: 6, max: 6 },
  thinkTimeMs: { p50: 30_310, p75: 46_582, p90: 72_150, p95: 97_456, p99: 179_260, max: 893_750 },
}
