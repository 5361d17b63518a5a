/** A country that customers live in, and how its addresses are written. In patterns, `#` is a digit and `@` a letter. */
export interface Country {
  /** ISO 3166-1 alpha-2. */
  readonly code: string
  /** How many customers live there, in proportion to the other countries. */
  readonly weight: number
  readonly firstNames: readonly string[]
  readonly lastNames: readonly string[]
  readonly streets: readonly string[]
  /** Whether the number comes before the street. */
  readonly numberFirst: boolean
  readonly cities: readonly { readonly name: string; readonly region?: string; readonly postalCode: string }[]
}

const englishFirst = [
  'Amelia',
  'Arthur',
  'Charlotte',
  'Daniel',
  'Edith',
  'Finn',
  'Grace',
  'Harriet',
  'Isaac',
  'Lucy',
  'Maya',
  'Nathan',
  'Olive',
  'Priya',
  'Reuben',
  'Sophie',
  'Theo',
  'Zara',
]
const englishLast = [
  'Ashworth',
  'Bennett',
  'Carter',
  'Doyle',
  'Ellis',
  'Fletcher',
  'Grant',
  'Hughes',
  'Khan',
  'Lewis',
  'Mason',
  'Owens',
  'Patel',
  'Quinn',
  'Reid',
  'Shaw',
  'Turner',
  'Walsh',
]

export const countries: readonly Country[] = [
  {
    code: 'GB',
    weight: 30,
    firstNames: englishFirst,
    lastNames: englishLast,
    streets: ['High Street', 'Mill Lane', 'Station Road', 'Church Walk', 'Victoria Terrace', 'Orchard Close'],
    numberFirst: true,
    cities: [
      { name: 'London', postalCode: 'SE# #@@' },
      { name: 'Leeds', region: 'West Yorkshire', postalCode: 'LS# #@@' },
      { name: 'Bristol', postalCode: 'BS# #@@' },
      { name: 'Glasgow', postalCode: 'G1# #@@' },
      { name: 'Cardiff', postalCode: 'CF1# #@@' },
    ],
  },
  {
    code: 'US',
    weight: 25,
    firstNames: englishFirst,
    lastNames: englishLast,
    streets: ['Maple Avenue', 'Oak Street', 'Lincoln Drive', 'Cedar Court', 'Washington Boulevard', 'Lakeview Road'],
    numberFirst: true,
    cities: [
      { name: 'Portland', region: 'OR', postalCode: '972##' },
      { name: 'Austin', region: 'TX', postalCode: '787##' },
      { name: 'Chicago', region: 'IL', postalCode: '606##' },
      { name: 'Brooklyn', region: 'NY', postalCode: '112##' },
      { name: 'Denver', region: 'CO', postalCode: '802##' },
    ],
  },
  {
    code: 'DE',
    weight: 15,
    firstNames: ['Anna', 'Ben', 'Clara', 'Emil', 'Greta', 'Jonas', 'Katrin', 'Leon', 'Mara', 'Nils', 'Paula', 'Tim'],
    lastNames: ['Bauer', 'Fischer', 'Hoffmann', 'Keller', 'Krüger', 'Lange', 'Meyer', 'Neumann', 'Schäfer', 'Vogel', 'Weber', 'Zimmermann'],
    streets: ['Gartenstraße', 'Lindenallee', 'Bahnhofstraße', 'Am Markt', 'Schillerstraße'],
    numberFirst: false,
    cities: [
      { name: 'Berlin', postalCode: '10###' },
      { name: 'Hamburg', postalCode: '20###' },
      { name: 'Köln', postalCode: '50###' },
      { name: 'München', postalCode: '80###' },
    ],
  },
  {
    code: 'FR',
    weight: 12,
    firstNames: ['Adèle', 'Baptiste', 'Camille', 'Étienne', 'Inès', 'Jules', 'Léa', 'Margaux', 'Noé', 'Rémi'],
    lastNames: ['Bernard', 'Chevalier', 'Dubois', 'Fontaine', 'Garnier', 'Lefèvre', 'Moreau', 'Renaud', 'Roussel', 'Vidal'],
    streets: ['rue des Lilas', 'avenue de la Gare', 'place du Marché', 'rue Pasteur', 'quai Voltaire'],
    numberFirst: true,
    cities: [
      { name: 'Paris', postalCode: '750##' },
      { name: 'Lyon', postalCode: '6900#' },
      { name: 'Nantes', postalCode: '44#00' },
      { name: 'Lille', postalCode: '59#00' },
    ],
  },
  {
    code: 'NL',
    weight: 8,
    firstNames: ['Anouk', 'Bram', 'Daan', 'Eva', 'Fleur', 'Jasper', 'Lotte', 'Sem', 'Tess'],
    lastNames: ['Bakker', 'de Boer', 'Hendriks', 'Jansen', 'Kok', 'Mulder', 'Smit', 'Visser'],
    streets: ['Dorpsstraat', 'Kerkstraat', 'Prinsengracht', 'Molenweg'],
    numberFirst: false,
    cities: [
      { name: 'Amsterdam', postalCode: '101# @@' },
      { name: 'Utrecht', postalCode: '351# @@' },
      { name: 'Rotterdam', postalCode: '301# @@' },
    ],
  },
  {
    code: 'CA',
    weight: 6,
    firstNames: englishFirst,
    lastNames: englishLast,
    streets: ['Queen Street', 'Rideau Street', 'Granville Street', 'Birch Crescent'],
    numberFirst: true,
    cities: [
      { name: 'Toronto', region: 'ON', postalCode: 'M#@ #@#' },
      { name: 'Vancouver', region: 'BC', postalCode: 'V#@ #@#' },
      { name: 'Halifax', region: 'NS', postalCode: 'B#@ #@#' },
    ],
  },
  {
    code: 'SE',
    weight: 4,
    firstNames: ['Alva', 'Elsa', 'Gustav', 'Hugo', 'Ingrid', 'Linnéa', 'Oskar', 'Sixten'],
    lastNames: ['Andersson', 'Bergström', 'Eklund', 'Lindqvist', 'Nyström', 'Sjöberg', 'Åkesson'],
    streets: ['Storgatan', 'Drottninggatan', 'Skolvägen', 'Parkgatan'],
    numberFirst: false,
    cities: [
      { name: 'Stockholm', postalCode: '11# ##' },
      { name: 'Göteborg', postalCode: '41# ##' },
      { name: 'Malmö', postalCode: '21# ##' },
    ],
  },
]

/** Domains that are nobody's, kept for examples (RFC 2606). */
export const mailDomains: readonly string[] = ['example.com', 'example.org', 'example.net']

/** Letters that Canadian and British postal codes may use everywhere: those that cannot be misread. */
export const postalLetters = 'ABEGHJLNPRSTWXYZ'
