import { postgresStorage } from '@cartwright/adapters-postgres'

/** Migrates the database of a server that belongs to a case, as the arena takes it: the server goes with the case, and the database with it. */
export async function shopDatabase(url: string): Promise<{ readonly url: string; drop(): Promise<void> }> {
  const storage = postgresStorage({ url })
  await storage.migrations.up()
  await storage.close()
  return { url, drop: async () => undefined }
}
