import type { InputIssue } from '../errors.ts'
import type { Address } from '../orders/address.ts'

/**
 * How postal codes look, by country: `n` is a digit, `a` a letter, `x` either; other characters stand for themselves, and `|` parts the forms that there are.
 * Blanks and hyphens do not count. From the metadata of Google's libaddressinput and the Universal Postal Union's descriptions of postal codes. A country that
 * is missing takes any code, or none.
 */
const postalCodes: Readonly<Record<string, string>> = {
  AD: 'ADnnn',
  AR: 'nnnn|annnn|annnnaaa',
  AT: 'nnnn',
  AU: 'nnnn',
  BA: 'nnnnn',
  BE: 'nnnn',
  BG: 'nnnn',
  BR: 'nnnnnnnn',
  CA: 'ananan',
  CH: 'nnnn',
  CL: 'nnnnnnn',
  CN: 'nnnnnn',
  CO: 'nnnnnn',
  CY: 'nnnn',
  CZ: 'nnnnn',
  DE: 'nnnnn',
  DK: 'nnnn',
  DZ: 'nnnnn',
  EE: 'nnnnn',
  EG: 'nnnnn',
  ES: 'nnnnn',
  FI: 'nnnnn',
  FR: 'nnnnn',
  GB: 'annaa|annnaa|ananaa|aannaa|aannnaa|aananaa|BFPOn|BFPOnn|BFPOnnn|BFPOnnnn',
  GE: 'nnnn',
  GR: 'nnnnn',
  HR: 'nnnnn',
  HU: 'nnnn',
  ID: 'nnnnn',
  IE: 'xxxxxxx',
  IL: 'nnnnn|nnnnnnn',
  IN: 'nnnnnn',
  IS: 'nnn',
  IT: 'nnnnn',
  JP: 'nnnnnnn',
  KE: 'nnnnn',
  KR: 'nnnnn',
  KZ: 'nnnnnn',
  LI: '94nn',
  LT: 'nnnnn',
  LU: 'nnnn',
  LV: 'nnnn|LVnnnn',
  MA: 'nnnnn',
  MC: '980nn',
  MD: 'nnnn|MDnnnn',
  ME: '8nnnn',
  MK: 'nnnn',
  MT: 'aaann|aaannn|aaannnn',
  MX: 'nnnnn',
  MY: 'nnnnn',
  NL: 'nnnnaa',
  NO: 'nnnn',
  NZ: 'nnnn',
  PE: 'nnnnn',
  PH: 'nnnn',
  PK: 'nnnnn',
  PL: 'nnnnn',
  PT: 'nnnnnnn',
  RO: 'nnnnnn',
  RS: 'nnnnn|nnnnnn',
  RU: 'nnnnnn',
  SA: 'nnnnn|nnnnnnnnn',
  SE: 'nnnnn',
  SG: 'nnnnnn',
  SI: 'nnnn',
  SK: 'nnnnn',
  SM: '4789n',
  TH: 'nnnnn',
  TN: 'nnnn',
  TR: 'nnnnn',
  TW: 'nnn|nnnnn|nnnnnn',
  UA: 'nnnnn',
  US: 'nnnnn|nnnnnnnnn',
  UY: 'nnnnn',
  VN: 'nnnnn|nnnnnn',
  ZA: 'nnnn',
}

const listed = (codes: string): ReadonlySet<string> => new Set(codes.split(' '))

/** Where mail does not arrive without a postal code. */
const postalCodeRequired = listed(
  'AT AU BE BR CA CH CN CZ DE DK EE ES FI FR GB GR HR HU IN IT JP KR LI LT LU LV MX MY NL NO NZ PH PL PT RO RU SA SE SG SK TH TR TW UA US ZA',
)

/** Where a state, province or the like belongs to the address. */
const regionRequired = listed('AE AU BR CA CN CO CR ES HN IN IQ IT JM JP KR MX MY PE PH SO TH TW US VE')

const classes: Readonly<Record<string, string>> = { n: '[0-9]', a: '[A-Z]', x: '[0-9A-Z]' }

const patterns = new Map<string, RegExp>()

function pattern(country: string, forms: string): RegExp {
  const known = patterns.get(country)
  if (known !== undefined) return known
  const made = new RegExp(`^(?:${[...forms].map((character) => classes[character] ?? character).join('')})$`)
  patterns.set(country, made)
  return made
}

/**
 * What the country's post would miss in an address.
 *
 * @returns an issue for each fault; none when the address will do.
 */
export function addressIssues({ country, postalCode, region }: Address): readonly InputIssue[] {
  const issues: InputIssue[] = []
  if (region === undefined && regionRequired.has(country)) issues.push({ path: 'region', message: `is needed in ${country}` })
  const forms = postalCodes[country]
  const plain = postalCode.replace(/[ -]/g, '').toUpperCase()
  if (plain === '') {
    if (postalCodeRequired.has(country)) issues.push({ path: 'postalCode', message: `is needed in ${country}` })
  } else if (forms !== undefined && !pattern(country, forms).test(plain)) {
    issues.push({ path: 'postalCode', message: `is not like those of ${country}` })
  }
  return issues
}
