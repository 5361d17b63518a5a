import { adminTask } from './admin-task.ts'
import { buyTask } from './buy-task.ts'
import { claimTask } from './claim-task.ts'
import { duelTask } from './duel-task.ts'
import { editTask } from './edit-task.ts'
import { holdTask } from './hold-task.ts'
import { keepWorkingTask } from './keep-working-task.ts'
import { placeTask } from './place-task.ts'
import { purchaseTask } from './purchase-task.ts'
import type { Racer } from './racer-context.ts'
import { relayTask } from './relay-task.ts'
import { releaseTask } from './release-task.ts'
import { reviewTask } from './review-task.ts'
import { settleTask } from './settle-task.ts'
import { signUpTask } from './sign-up-task.ts'
import { spendTask } from './spend-task.ts'
import { staffTask } from './staff-task.ts'
import { webhookTask } from './webhook-task.ts'
import { wishTask } from './wish-task.ts'
import { workTask } from './work-task.ts'

const tasks = {
  admin: adminTask,
  buy: buyTask,
  claim: claimTask,
  duel: duelTask,
  edit: editTask,
  hold: holdTask,
  'keep-working': keepWorkingTask,
  place: placeTask,
  purchase: purchaseTask,
  relay: relayTask,
  release: releaseTask,
  settle: settleTask,
  staff: staffTask,
  spend: spendTask,
  signUp: signUpTask,
  review: reviewTask,
  webhook: webhookTask,
  wish: wishTask,
  work: workTask,
}

type Tasks = typeof tasks
export type TaskName = keyof Tasks
export type TaskParams<Name extends TaskName> = Parameters<Tasks[Name]>[1]
export type TaskResult<Name extends TaskName> = Awaited<ReturnType<Tasks[Name]>>

export function runTask<Name extends TaskName>(racer: Racer, name: Name, params: TaskParams<Name>): Promise<TaskResult<Name>> {
  const task = tasks[name] as (racer: Racer, params: TaskParams<Name>) => Promise<TaskResult<Name>>
  return task(racer, params)
}
