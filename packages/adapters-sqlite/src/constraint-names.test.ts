import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { constraintName } from './constraint-names.ts'

const schema = `
  CREATE TABLE parents (id TEXT NOT NULL PRIMARY KEY) STRICT;
  CREATE TABLE things (
    id TEXT NOT NULL PRIMARY KEY,
    sku TEXT NOT NULL CONSTRAINT things_sku UNIQUE,
    kind TEXT CONSTRAINT things_kind CHECK (kind IN ('a', 'b', 'c')),
    amount INTEGER CONSTRAINT things_amount CHECK (amount >= 0) CONSTRAINT things_amount_once UNIQUE,
    parent TEXT REFERENCES parents (id),
    provider TEXT,
    reference TEXT,
    CONSTRAINT things_not_odd CHECK (kind <> 'c' OR amount IS NULL),
    CONSTRAINT things_reference UNIQUE (provider, reference)
  ) STRICT;
  CREATE UNIQUE INDEX things_one_kind_per_parent ON things (parent, kind) WHERE kind <> 'b';
  CREATE UNIQUE INDEX things_folded ON things (lower(reference)) WHERE provider IS NULL;
  CREATE TABLE pairs (left TEXT NOT NULL, right TEXT NOT NULL, PRIMARY KEY (left, right)) STRICT, WITHOUT ROWID;
  INSERT INTO parents VALUES ('p');
  INSERT INTO things VALUES ('1', 's1', 'a', 1, 'p', 'x', 'r1'), ('2', 's2', NULL, 2, NULL, NULL, 'folded');
  INSERT INTO pairs VALUES ('l', 'r');
`

/** The name found for the error of a statement that some constraint refuses. */
function refusedBy(statement: string): string {
  const database = new Database(':memory:')
  database.exec(schema)
  try {
    database.exec(statement)
  } catch (error) {
    return constraintName(database, (error as Error).message)
  }
  throw new Error(`Nothing refused ${statement}`)
}

describe('the name of the constraint that refused a write', () => {
  const cases: readonly (readonly [what: string, statement: string, name: string])[] = [
    ['a UNIQUE of one column', "INSERT INTO things (id, sku) VALUES ('3', 's1')", 'things_sku'],
    ['a UNIQUE that follows a CHECK', "INSERT INTO things (id, sku, amount) VALUES ('3', 's3', 1)", 'things_amount_once'],
    ['a UNIQUE of the table', "INSERT INTO things (id, sku, provider, reference) VALUES ('3', 's3', 'x', 'r1')", 'things_reference'],
    ['a partial unique index', "INSERT INTO things (id, sku, kind, parent) VALUES ('3', 's3', 'a', 'p')", 'things_one_kind_per_parent'],
    ['a unique index over an expression', "INSERT INTO things (id, sku, reference) VALUES ('3', 's3', 'FOLDED')", 'things_folded'],
    ['a primary key', "INSERT INTO things (id, sku) VALUES ('1', 's3')", 'things_pkey'],
    ['a primary key of two columns', "INSERT INTO pairs VALUES ('l', 'r')", 'pairs_pkey'],
    ['a CHECK of a column', "INSERT INTO things (id, sku, kind) VALUES ('3', 's3', 'z')", 'things_kind'],
    ['a CHECK of the table', "INSERT INTO things (id, sku, kind, amount) VALUES ('3', 's3', 'c', 5)", 'things_not_odd'],
    ['a NOT NULL', "INSERT INTO things (id) VALUES ('3')", 'NOT NULL constraint failed: things.sku'],
    ['a foreign key', "INSERT INTO things (id, sku, parent) VALUES ('3', 's3', 'nobody')", 'FOREIGN KEY constraint failed'],
    ['a column type', "INSERT INTO things (id, sku, amount) VALUES ('3', 's3', 'many')", 'cannot store TEXT value in INTEGER column things.amount'],
  ]
  test.each(cases)('%s', (_what, statement, name) => {
    expect(refusedBy(statement)).toBe(name)
  })
})
