import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce } from '@cartwright/core'
import { fakePayments } from '@cartwright/testing'
import { expect, test } from 'vitest'

test('a shop whose schema is behind does not open unless it may migrate', async () => {
  const storage = sqliteStorage({ file: ':memory:' })
  await expect(createCommerce({ storage, currency: 'USD', migrate: false })).rejects.toMatchObject({
    code: 'MIGRATION_PENDING',
    details: { pending: expect.arrayContaining(['0001_first_shop', '0002_inbox']) },
  })
  await createCommerce({ storage, currency: 'USD' })
  await createCommerce({ storage, currency: 'USD', migrate: false })
  const twice = createCommerce({ storage, currency: 'USD', payments: [fakePayments(), fakePayments()] })
  await expect(twice).rejects.toMatchObject({ code: 'INVALID_INPUT' })
})
