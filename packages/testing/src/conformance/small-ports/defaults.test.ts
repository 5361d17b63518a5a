import {
  cryptoRandom,
  databaseClock,
  flatShipping,
  inProcessAdmission,
  inProcessRateLimiter,
  type LogFields,
  type Logger,
  noTax,
  shippingZones,
  silentLogger,
  systemTimers,
  taxTable,
  uuidV7Source,
} from '@cartwright/core'
import {
  admissionSuite,
  clockSuite,
  idSourceSuite,
  loggerSuite,
  randomSuite,
  rateLimiterSuite,
  shippingRatesSuite,
  taxCalculatorSuite,
  timersSuite,
  type WrittenLine,
} from '../../conformance.ts'
import { manualClock, seededIds } from '../../manual-clock.ts'
import { seededRandom } from '../../seeded-random.ts'
import { address } from '../fixtures.ts'

const noon = new Date('2026-03-01T12:00:00.000Z')

taxCalculatorSuite({ name: 'noTax', open: async () => noTax })
const newYork = {
  countries: ['US'],
  regions: ['NY'],
  taxes: [
    { name: 'State', rate: '4' },
    { name: 'City', rate: '4.875' },
  ],
}
taxCalculatorSuite({ name: 'taxTable', open: async () => taxTable({ places: [newYork] }) })
taxCalculatorSuite({
  name: 'taxTable of prices with tax',
  open: async () => taxTable({ pricesInclude: 'tax', rounding: 'per_order', shipping: 'as_lines', places: [newYork] }),
})

shippingRatesSuite({ name: 'flatShipping', open: async () => flatShipping(), lacks: { limits: 'the same rates for every cart and address' } })
shippingRatesSuite({
  name: 'shippingZones',
  open: async () =>
    shippingZones({
      zones: [
        {
          name: 'US',
          countries: ['US'],
          methods: [{ method: 'post', label: 'Post', price: { flat: { USD: 500 } }, maxWeightGrams: 2000, delivery: { minDays: 1, maxDays: 3 } }],
        },
      ],
      pickups: [{ method: 'counter', label: 'Our shop', location: 'main', address }],
    }),
  shippable: [{ at: noon }],
  unshippable: [{ weightGrams: 2001, shippingAddress: { ...address, country: 'FR' } }],
})

loggerSuite({ name: 'silentLogger', open: async () => ({ logger: silentLogger }), lacks: { readBack: 'it writes nothing' } })
loggerSuite({
  name: 'a logger that keeps what it is given',
  open: async () => {
    const lines: WrittenLine[] = []
    const keep = (level: keyof Logger) => (fields: LogFields, message: string) => void lines.push({ level, message, fields })
    return { logger: { debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') }, written: async () => lines }
  },
})

clockSuite({ name: 'databaseClock', open: async () => databaseClock })
clockSuite({ name: 'manualClock', open: async () => manualClock(noon) })

idSourceSuite({ name: 'uuidV7Source', open: async () => uuidV7Source() })
idSourceSuite({ name: 'uuidV7Source on a clock that stands still', open: async () => uuidV7Source(cryptoRandom, () => noon.getTime()) })
idSourceSuite({
  name: 'uuidV7Source on a clock that goes back',
  open: async () => {
    let ms = noon.getTime()
    return uuidV7Source(cryptoRandom, () => {
      ms -= 1
      return ms
    })
  },
})
const seedDecides = { independence: 'the seed decides: the same seed, the same run' }
idSourceSuite({ name: 'seededIds', open: async () => seededIds(seededRandom(1), manualClock(noon)), lacks: seedDecides })

randomSuite({ name: 'cryptoRandom', open: async () => cryptoRandom })
randomSuite({ name: 'seededRandom', open: async () => seededRandom(1), lacks: seedDecides })

admissionSuite({
  name: 'inProcessAdmission',
  open: async () => {
    let nowMs = 0
    const pass = async (ms: number) => {
      nowMs += ms
    }
    return { admission: inProcessAdmission({ nowMs: () => nowMs }), pass }
  },
})

rateLimiterSuite({
  name: 'inProcessRateLimiter',
  open: async () => {
    let nowMs = 0
    const pass = async (ms: number) => {
      nowMs += ms
    }
    return { limiter: inProcessRateLimiter({ nowMs: () => nowMs }), pass }
  },
})

timersSuite({ name: 'systemTimers', open: async () => systemTimers })
