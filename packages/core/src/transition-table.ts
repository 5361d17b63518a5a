import { CommerceError } from './errors.ts'

/** A state machine as data: for each state, where each event leads. Types, diagrams, the audit and the reachability test derive from it. */
export interface TransitionTable<State extends string, Event extends string> {
  readonly name: string
  readonly initial: State
  readonly transitions: { readonly [S in State]: { readonly [E in Event]?: State } }
}

/**
 * Declares a machine and checks its table: every target is a state and every state can be reached.
 *
 * @throws Error when the table is wrong; at import time, so a wrong table never ships.
 */
export function transitionTable<State extends string, Event extends string>(table: TransitionTable<State, Event>): TransitionTable<State, Event> {
  const unreachable = new Set(Object.keys(table.transitions))
  const pending: string[] = [table.initial]
  for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
    if (!unreachable.delete(state)) continue
    pending.push(...(Object.values(table.transitions[state as State]) as string[]))
  }
  if (unreachable.size > 0) throw new Error(`${table.name}: no path leads to ${[...unreachable].join(', ')}`)
  return table
}

/** Where `event` leads from `from`, or undefined when the table has no such step. */
export function nextState<State extends string, Event extends string>(table: TransitionTable<State, Event>, from: State, event: Event): State | undefined {
  return table.transitions[from][event]
}

/** @throws ILLEGAL_TRANSITION when the table has no such step. */
export function transition<State extends string, Event extends string>(table: TransitionTable<State, Event>, from: State, event: Event): State {
  const to = nextState(table, from, event)
  if (to === undefined)
    throw new CommerceError('ILLEGAL_TRANSITION', { details: { machine: table.name, from, event }, message: `${table.name}: cannot ${event} from ${from}` })
  return to
}

/** Every legal step, in table order. */
export function steps<State extends string, Event extends string>(table: TransitionTable<State, Event>): readonly { from: State; event: Event; to: State }[] {
  return (Object.keys(table.transitions) as State[]).flatMap((from) =>
    (Object.entries(table.transitions[from]) as [Event, State][]).map(([event, to]) => ({ from, event, to })),
  )
}

/** The machine as a Mermaid state diagram, for the docs. */
export function toMermaid<State extends string, Event extends string>(table: TransitionTable<State, Event>): string {
  const lines = steps(table).map(({ from, event, to }) => `  ${from} --> ${to}: ${event}`)
  const ends = Object.entries(table.transitions).filter(([, targets]) => Object.keys(targets as object).length === 0)
  return ['stateDiagram-v2', `  [*] --> ${table.initial}`, ...lines, ...ends.map(([state]) => `  ${state} --> [*]`)].join('\n')
}
