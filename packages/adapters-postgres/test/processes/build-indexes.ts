import { runAsProcess } from '@cartwright/testing/crash'
import { onlineSteps } from '../online-steps.ts'

/** Migrates in a process of its own. */
runAsProcess<{ url: string }>(async ({ setup: { url }, ready }) => {
  const { migrations, close } = onlineSteps(url)
  await ready()
  await migrations.up()
  await close()
})
