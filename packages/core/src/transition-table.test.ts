import { describe, expect, test } from 'vitest'
import { reservationMachine } from './inventory/reservation-machine.ts'
import { fulfilmentMachine, orderFulfilmentMachine, orderMachine, orderPaymentMachine } from './orders/order-machine.ts'
import { paymentMachine, refundMachine } from './payments/payment-machine.ts'
import { returnMachine } from './returns/return-machine.ts'
import { nextState, steps, toMermaid, transition, transitionTable } from './transition-table.ts'

const machines = [
  reservationMachine,
  orderMachine,
  orderPaymentMachine,
  orderFulfilmentMachine,
  fulfilmentMachine,
  paymentMachine,
  refundMachine,
  returnMachine,
]

test.each(machines.map((machine) => [machine.name, machine] as const))(
  '%s: every step leads to a state of the table, and every state can be reached',
  (_name, machine) => {
    const states = new Set(Object.keys(machine.transitions))
    const reached = new Set<string>([machine.initial])
    for (const { to } of steps(machine as never)) {
      expect(states).toContain(to)
      reached.add(to)
    }
    expect(reached).toEqual(states)
  },
)

describe('a table', () => {
  const door = transitionTable<'open' | 'shut', 'push' | 'pull'>({ name: 'door', initial: 'open', transitions: { open: { push: 'shut' }, shut: {} } })

  test('moves, or says what it cannot', () => {
    expect(transition(door, 'open', 'push')).toBe('shut')
    expect(nextState(door, 'shut', 'pull')).toBeUndefined()
    expect(() => transition(door, 'shut', 'pull')).toThrow(
      expect.objectContaining({ code: 'ILLEGAL_TRANSITION', details: { machine: 'door', from: 'shut', event: 'pull' } }),
    )
  })

  test('with a state that nothing leads to is refused when it is declared', () => {
    expect(() => transitionTable<'a' | 'b', 'go'>({ name: 'bad', initial: 'a', transitions: { a: {}, b: { go: 'a' } } })).toThrow('no path leads to b')
  })

  test('draws itself', () => {
    expect(toMermaid(door)).toBe(['stateDiagram-v2', '  [*] --> open', '  open --> shut: push', '  shut --> [*]'].join('\n'))
  })
})
