import * as z from 'zod'

/** How a product is taxed: a word of the shop's own, such as `reduced` or `books`. `standard` is what is not said otherwise; `zero` and `exempt` mean the same everywhere. */
export const taxCategoryInput = z.string().regex(/^[\w.-]{1,50}$/, 'must be 1 to 50 letters, digits, "_", "." or "-"')
