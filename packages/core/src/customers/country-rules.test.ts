import { describe, expect, it } from 'vitest'
import { addressIssues } from './country-rules.ts'

const issues = (country: string, postalCode: string, region?: string) =>
  addressIssues({ name: 'A', line1: '1', city: 'C', postalCode, country, ...(region === undefined ? {} : { region }) }).map(({ path }) => path)

describe('what a country asks of an address', () => {
  it.each([
    ['DE', '10115'],
    ['GB', 'SW1A 1AA'],
    ['GB', 'm2 5bq'],
    ['IE', 'D02 X285'],
    ['NL', '1234 AB'],
    ['PL', '00-940'],
    ['PT', '1250-096'],
    ['LV', 'LV-1073'],
    ['AD', 'AD100'],
    ['SE', '114 55'],
    ['SG', '546080'],
    ['MT', 'NXR 01'],
  ])('%s takes %s', (country, code) => {
    expect(issues(country, code)).toEqual([])
  })

  it.each([
    ['DE', '1011'],
    ['DE', '101155'],
    ['DE', 'ABCDE'],
    ['GB', '12345'],
    ['NL', '1234'],
    ['AD', 'XX100'],
    ['LI', '1234'],
  ])('%s does not take %s', (country, code) => {
    expect(issues(country, code)).toEqual(['postalCode'])
  })

  it.each([
    ['US', '95014-1010', 'CA'],
    ['CA', 'H3Z 2Y7', 'QC'],
    ['JP', '154-0023', 'Tokyo'],
    ['BR', '40301-110', 'BA'],
  ])('%s wants a region beside %s', (country, code, region) => {
    expect(issues(country, code, region)).toEqual([])
    expect(issues(country, code)).toEqual(['region'])
  })

  it('wants a postal code where mail does not arrive without one, and only there', () => {
    expect(issues('FR', '')).toEqual(['postalCode'])
    expect(issues('IE', '')).toEqual([])
    expect(issues('AE', '', 'Dubai')).toEqual([])
    expect(issues('HK', '')).toEqual([])
    expect(issues('ZZ', 'anything')).toEqual([])
  })
})
