import type { ProductInput } from '@cartwright/core'
import { popularityShare } from '../load-shapes/load-shapes.ts'
import { type Axis, collections, type Department, departments, origins, vendors } from './catalogue-words.ts'
import type { SeedPlan } from './seed-plan.ts'
import { endAsPricesDo, minorFromCents, samplePriceCents } from './seed-prices.ts'
import type { SeededSource } from './seeded-source.ts'

/** A variant that buyers of the seeded shop may put in a basket. */
export interface SellableVariant {
  readonly sku: string
  readonly priceMinor: number
}

export interface MadeProduct {
  readonly record: ProductInput
  /** None for a product that is not on sale. */
  readonly sellable: readonly SellableVariant[]
}

const maxVariants = 24
/** The first ranks are always on sale, so that the smallest shop has something to sell. */
const alwaysOnSale = 8

/** The product of an index from 0 up: always the same one of the same plan. */
export function makeProduct(plan: SeedPlan, index: number): MadeProduct {
  const source = plan.source('product', index)
  const department = source.pick(departments)
  const shelf = source.pick(department.shelves)
  const material = source.pick(department.materials)
  const collection = source.pick(collections)
  const title = `${collection} ${material} ${source.pick(shelf.nouns)}`
  const rank = plan.rankOf(index)
  const drawn = source.unit()
  const status = rank < alwaysOnSale || drawn < 0.95 ? 'published' : drawn < 0.98 ? 'draft' : 'archived'
  const axes = shelf.axes.map((axis) => ({ ...axis, values: someOf(source, axis) }))
  const variants = makeVariants(plan, source, { index, department, axes, rank })
  return {
    record: {
      handle: `${slug(title)}-${index + 1}`,
      title,
      description: describe(source, department, material, collection),
      vendor: source.pick(vendors),
      status,
      categories: [[department.name, shelf.name], ...(source.chance(0.08) ? [['Offers', department.name]] : [])],
      attributes: { material, collection, origin: source.pick(origins), giftable: source.chance(0.4), guaranteeYears: source.integer(1, 5) },
      images: Array.from({ length: source.integer(1, 4) }, (_, place) => ({
        url: `https://images.example.com/products/${index + 1}/${place + 1}.jpg`,
        alt: place === 0 ? title : `${title}, view ${place + 1}`,
      })),
      options: axes.map(({ name }) => name),
      variants: variants.map(({ record }) => record),
    },
    sellable: status === 'published' ? variants.filter(({ soldOut }) => !soldOut).map(({ record, priceMinor }) => ({ sku: record.sku, priceMinor })) : [],
  }
}

interface VariantParts {
  readonly index: number
  readonly department: Department
  readonly axes: readonly Axis[]
  readonly rank: number
}

function makeVariants(plan: SeedPlan, source: SeededSource, { index, department, axes, rank }: VariantParts) {
  const { currency, products, shapes } = plan.parameters
  const baseCents = samplePriceCents(source, department.priceCents)
  const ending = baseCents % 100
  const weightGrams = source.integer(...department.weightGrams)
  const reduced = source.chance(0.2) ? source.pick([1.15, 1.25, 1.5]) : undefined
  const combinations = combine(axes).slice(0, maxVariants)
  // Lean on purpose: what runs out is delivered again, as in any shop.
  const expectedUnits = (popularityShare(shapes, rank, products) * plan.expectedLines * 3) / combinations.length
  return combinations.map(({ options, steps }, place) => {
    const factor = 1 + steps
    const cents = steps === 0 ? baseCents : endAsPricesDo(baseCents * factor, ending)
    const soldOut = place > 0 && source.chance(0.04)
    const priceMinor = minorFromCents(cents, currency)
    const compareAt = reduced === undefined ? {} : { compareAtMinor: minorFromCents(endAsPricesDo(cents * reduced, 99), currency) }
    const quantity = soldOut ? 0 : Math.round(expectedUnits * (0.6 + source.unit())) + source.integer(5, 60)
    const record = {
      sku: [department.code, String(index + 1).padStart(5, '0'), ...Object.values(options).map(skuPart)].join('-'),
      barcode: ean13(`2${String(index + 1).padStart(9, '0')}${String(place).padStart(2, '0')}`),
      options,
      prices: [{ currency, amountMinor: priceMinor, ...compareAt }],
      stock: [{ location: 'main', quantity }],
      weightGrams: Math.round(weightGrams * factor),
    }
    return { record, priceMinor, soldOut }
  })
}

/** Between half and all of an axis' values, in their order. */
function someOf(source: SeededSource, { values }: Axis): readonly string[] {
  const count = source.integer(Math.ceil(values.length / 2), values.length)
  const from = source.integer(0, values.length - count)
  return values.slice(from, from + count)
}

interface Combination {
  readonly options: Readonly<Record<string, string>>
  /** How much dearer than the first combination, as a share of its price. */
  readonly steps: number
}

function combine(axes: readonly Axis[]): readonly Combination[] {
  return axes.reduce<readonly Combination[]>(
    (combinations, { name, values, priceStep = 0 }) =>
      combinations.flatMap(({ options, steps }) =>
        values.map((value, place) => ({ options: { ...options, [name]: value }, steps: steps + place * priceStep })),
      ),
    [{ options: {}, steps: 0 }],
  )
}

function describe(source: SeededSource, { name, uses }: Department, material: string, collection: string): string {
  const opening = source.pick([
    `Part of our ${collection} line for ${source.pick(uses)}.`,
    `Made for ${source.pick(uses)}, and meant to last.`,
    `We looked for years for one that suits ${source.pick(uses)}.`,
  ])
  const detail = source.pick([
    `${material} throughout, finished by hand.`,
    `The ${material.toLowerCase()} is chosen for how it ages.`,
    `A quiet design in ${material.toLowerCase()}, with nothing that is not needed.`,
  ])
  const care = source.pick(['Returns are free for thirty days.', `See the rest of ${name}.`, 'Sent without plastic.', 'Spare parts can be ordered.'])
  return `${opening} ${detail} ${care}`
}

/** `Café crème` → `cafe-creme`. */
export function slug(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}

function skuPart(value: string): string {
  return value
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, 8)
    .toUpperCase()
}

/**
 * The twelve digits with their check digit (GS1 General Specifications, section 7.9). Numbers that begin with 2 are for use within one company, so that no seeded
 * barcode is a real product's.
 */
export function ean13(digits: string): string {
  const sum = [...digits].reduce((total, digit, place) => total + Number(digit) * (place % 2 === 0 ? 1 : 3), 0)
  return `${digits}${(10 - (sum % 10)) % 10}`
}
