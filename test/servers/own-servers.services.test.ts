import { expect, onTestFinished, test } from 'vitest'
import { onServer } from '../../packages/adapters-postgres/test/scratch-database.ts'
import { ownServers } from './own-servers.ts'

test('a primary keeps what was committed through a crash, its replica has it too, and takes over when it is promoted', async () => {
  const servers = await ownServers(['synchronous_standby_names=one'])
  onTestFinished(() => servers.remove())
  const { primary } = servers
  await onServer(primary.url, "SET synchronous_commit = 'local'", 'CREATE TABLE kept (id integer)')
  const replica = await servers.addReplica('one')
  await onServer(primary.url, "SET synchronous_commit = 'remote_apply'", 'INSERT INTO kept VALUES (1)')
  expect(await onServer(replica.url, 'SELECT id FROM kept')).toEqual([{ id: 1 }])

  await primary.stopImmediately()
  await expect(onServer(primary.url, 'SELECT 1')).rejects.toThrow()
  await primary.start()
  expect(await onServer(primary.url, 'SELECT id FROM kept')).toEqual([{ id: 1 }])

  await primary.stop()
  replica.promote()
  expect(await onServer(replica.url, 'INSERT INTO kept VALUES (2)', 'SELECT id FROM kept ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }])
})
