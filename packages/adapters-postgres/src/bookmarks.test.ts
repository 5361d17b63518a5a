import { expect, test } from 'vitest'
import { Bookmarks } from './bookmarks.ts'
import { unknownPosition } from './wal-position.ts'

function bookmarksAt(capacity?: number) {
  let nowMs = 0
  const bookmarks = new Bookmarks(100, () => nowMs, capacity)
  const at = (ms: number) => {
    nowMs = ms
    return bookmarks
  }
  return at
}

test('a reader is kept at the furthest position that was noted, and others at none', () => {
  const at = bookmarksAt()
  at(0).note(['ada', 'any'], 50)
  at(1).note(['ada'], 40)
  expect(['ada', 'any', 'bob'].map((reader) => at(1).of(reader))).toEqual([50, 50, 0])
})

test('who was noted long ago is forgotten, and then everybody unknown is held to where they were', () => {
  const at = bookmarksAt()
  at(0).note(['ada'], 50)
  at(60).note(['bob'], 70)
  at(101).passed(80, 101)
  expect(['ada', 'bob', 'cid'].map((reader) => at(101).of(reader))).toEqual([50, 70, 50])
})

test('nobody is forgotten while the primary says nothing', () => {
  const at = bookmarksAt()
  at(0).note(['ada'], 50)
  at(10_000).note(['bob'], 60)
  expect(['ada', 'cid'].map((reader) => at(10_000).of(reader))).toEqual([50, 0])
})

test('a position that nobody told is behind every other until the primary says where it is, which it must have been asked afterwards', () => {
  const at = bookmarksAt()
  at(10).note(['ada'], unknownPosition)
  at(12).passed(80, 10)
  expect(at(12).of('ada')).toBe(unknownPosition)
  at(12).passed(90, 11)
  expect(at(12).of('ada')).toBe(90)
})

test('of too many readers the eldest are forgotten', () => {
  const at = bookmarksAt(2)
  at(0).note(['ada'], unknownPosition)
  at(1).note(['bob'], 60)
  at(2).note(['cid'], 70)
  expect(['ada', 'bob', 'cid', 'dan'].map((reader) => at(2).of(reader))).toEqual([unknownPosition, 60, 70, unknownPosition])
  at(3).passed(80, 3)
  expect(['ada', 'bob'].map((reader) => at(3).of(reader))).toEqual([80, 60])
})
