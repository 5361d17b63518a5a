import type { ProductId, VariantId } from '../ids.ts'
import type { Currency } from '../money/money.ts'
import { type Cells, type Packing, packedList } from '../runtime/packing.ts'
import type { BackorderPolicy, Price, Product, ProductStatus, Variant, VariantStatus } from './product.ts'

/** A product for the shared cache. Whoever changes what is packed, or its order, gives `textFormat` of the catalogue's cache another name. */
export const packedProduct: Packing<Product> = {
  pack: (product) => [
    product.id,
    product.handle,
    product.title,
    product.description,
    product.vendor,
    product.status,
    product.taxCategory,
    product.categories,
    product.attributes,
    product.images,
    product.options,
    ...packedList(product.variants, packVariant),
    product.ratingAverage,
    product.ratingCount,
    product.createdAt.getTime(),
    product.updatedAt.getTime(),
    product.version,
  ],
  unpack: (cells) =>
    Object.freeze({
      id: cells.take<ProductId>(),
      handle: cells.take<string>(),
      title: cells.take<string>(),
      description: cells.take<string>(),
      vendor: cells.take<string | null>(),
      status: cells.take<ProductStatus>(),
      taxCategory: cells.take<string>(),
      categories: cells.takeWhole<Product['categories']>(),
      attributes: cells.takeWhole<Product['attributes']>(),
      images: cells.takeWhole<Product['images']>(),
      options: cells.takeWhole<Product['options']>(),
      variants: cells.takeList(unpackVariant),
      ratingAverage: cells.take<number | null>(),
      ratingCount: cells.take<number>(),
      createdAt: cells.takeDate(),
      updatedAt: cells.takeDate(),
      version: cells.take<number>(),
    }),
}

/** What few variants have lies together in the last cell, which is null for the others. */
function packVariant({ id, sku, barcode, options, prices, weightGrams, stockTracked, backorder, status, ...more }: Variant): readonly unknown[] {
  const rare = Object.keys(more).length === 0 ? null : more
  return [id, sku, barcode, options, ...packedList(prices, packPrice), weightGrams, stockTracked, backorder, status, rare]
}

function unpackVariant(cells: Cells): Variant {
  const variant: Variant = {
    id: cells.take<VariantId>(),
    sku: cells.take<string>(),
    barcode: cells.take<string | null>(),
    options: cells.takeWhole<Variant['options']>(),
    prices: cells.takeList(unpackPrice),
    weightGrams: cells.take<number | null>(),
    stockTracked: cells.take<boolean>(),
    backorder: cells.take<BackorderPolicy>(),
    status: cells.take<VariantStatus>(),
  }
  const rare = cells.takeWhole<Partial<Variant> | null>()
  return Object.freeze(rare === null ? variant : { ...variant, ...rare })
}

function packPrice({ currency, amountMinor, compareAtMinor }: Price): readonly unknown[] {
  return [currency, amountMinor, compareAtMinor]
}

function unpackPrice(cells: Cells): Price {
  return Object.freeze({ currency: cells.take<Currency>(), amountMinor: cells.take<number>(), compareAtMinor: cells.take<number | null>() })
}
