import { describe, expect, test } from 'vitest'
import { checkCoreImports } from './boundaries/core-rules.ts'
import { checkDeclared, checkExtensions, checkPackageImports } from './boundaries/package-rules.ts'
import { parseSource } from './boundaries/source-file.ts'
import { checkColumns, checkFileName, checkLength, checkText, columnNames } from './boundaries/text-rules.ts'

const importing = (path: string, specifier: string) => parseSource(path, `import { x } from '${specifier}'\n`)
const anyFile = () => true

describe('imports between packages', () => {
  test.each([
    ['packages/core/src/cart/cart.ts', '@cartwright/storage-sql'],
    ['packages/storage-sql/src/index.ts', '@cartwright/core'],
    ['packages/adapters-sqlite/src/index.ts', '@cartwright/core'],
    ['packages/adapters-redis/src/index.ts', '@cartwright/storage-sql'],
    ['packages/payments-stripe/src/index.ts', '@cartwright/adapters-sqlite'],
    ['packages/cli/src/cli.ts', '@cartwright/core/ports'],
    ['packages/cli/src/cli.ts', '@cartwright/storage-sql'],
    ['packages/core/src/cart/cart.ts', '../../../storage-sql/src/index.ts'],
  ])('%s may not import %s', (path, specifier) => {
    expect(checkPackageImports(importing(path, specifier))).toHaveLength(1)
  })

  test.each([
    ['packages/storage-sql/src/index.ts', '@cartwright/core/ports'],
    ['packages/adapters-sqlite/src/index.ts', '@cartwright/storage-sql'],
    ['packages/cli/src/cli.ts', '@cartwright/core'],
    ['packages/core/src/cart/cart-service.test.ts', '@cartwright/adapters-sqlite'],
  ])('%s may import %s', (path, specifier) => {
    expect(checkPackageImports(importing(path, specifier))).toEqual([])
  })

  test('sees types, re-exports and dynamic imports', () => {
    const file = parseSource(
      'packages/core/src/x.ts',
      "import type { A } from '@cartwright/cli'\nexport * from '@cartwright/cli'\nawait import('@cartwright/cli')\ntype B = import('@cartwright/cli').B\n",
    )
    expect(checkPackageImports(file)).toHaveLength(4)
    expect(file.imports.map(({ typeOnly }) => typeOnly)).toEqual([true, false, false, true])
  })
})

describe('declared dependencies', () => {
  const declared = { name: '@cartwright/core', published: new Set(['zod']), development: new Set(['vitest']) }

  test('published code imports what is published with it', () => {
    expect(checkDeclared(importing('packages/core/src/x.ts', 'zod/mini'), declared)).toEqual([])
    expect(checkDeclared(importing('packages/core/src/x.ts', 'vitest'), declared)).toHaveLength(1)
    expect(checkDeclared(importing('packages/core/src/x.ts', '@scope/other/deep'), declared)).toEqual([
      'imports @scope/other, which @cartwright/core does not declare',
    ])
  })

  test('tests may use what is declared for development', () => {
    expect(checkDeclared(importing('packages/core/src/x.test.ts', 'vitest'), declared)).toEqual([])
  })

  test("Node's modules carry their prefix, relative imports their extension", () => {
    expect(checkDeclared(importing('packages/core/src/x.ts', 'fs'), declared)).toEqual(['imports fs: write node:fs'])
    expect(checkExtensions(importing('packages/core/src/x.ts', './y'))).toHaveLength(1)
    expect(checkExtensions(importing('packages/core/src/x.ts', './y.ts'))).toEqual([])
  })
})

describe("core's features", () => {
  const core = 'packages/core/src'

  test('only create-commerce and index know the services of other features', () => {
    expect(checkCoreImports(importing(`${core}/checkout/checkout-service.ts`, '../cart/cart-service.ts'), () => false)).toHaveLength(1)
    expect(checkCoreImports(importing(`${core}/worker.ts`, './cart/cart-service.ts'), () => false)).toHaveLength(1)
    expect(checkCoreImports(importing(`${core}/create-commerce.ts`, './cart/cart-service.ts'), () => false)).toEqual([])
    expect(checkCoreImports(importing(`${core}/cart/cart-reader.ts`, './cart-service.ts'), () => false)).toEqual([])
  })

  test('machines, inputs, rules and types know neither services nor stores', () => {
    for (const name of ['cart-machine', 'cart-input', 'cart-rules', 'cart']) {
      expect(checkCoreImports(importing(`${core}/cart/${name}.ts`, './cart-store.ts'), anyFile), name).toHaveLength(1)
    }
    expect(checkCoreImports(importing(`${core}/cart/cart-pricing.ts`, './cart-store.ts'), () => false)).toEqual([])
  })
})

describe('text', () => {
  test('refuses machine paths, registry hosts, unfinished work and switched-off checks', () => {
    const bad = ['see /ho' + 'me/someone/file', 'https://registry.np' + 'mjs.org/x', '// TO' + 'DO later', '// biome-' + 'ignore lint', '// @ts-' + 'ignore']
    for (const text of bad) expect(checkText('x.ts', `ok\n${text}\n`), text).toEqual([expect.stringMatching(/^line 2: /)])
    expect(checkText('x.md', 'a path such as packages/core/src, and ./shop.db')).toEqual([])
  })

  test('refuses names that say nothing, and files that are too long', () => {
    for (const name of ['cart-utils.ts', 'helpers.ts', 'common.test.ts', 'stockManager.ts', 'Stock.ts'])
      expect(checkFileName(`packages/core/src/${name}`), name).toHaveLength(1)
    for (const name of ['cart.ts', 'cart.test.ts', 'import.data.test.ts', 'vitest.data.config.ts', 'search-index.conformance.test.ts'])
      expect(checkFileName(name), name).toEqual([])
    expect(checkLength({ path: 'a.ts', text: 'x\n'.repeat(331) })).toHaveLength(1)
    expect(checkLength({ path: 'a.ts', text: 'x\n'.repeat(330) })).toEqual([])
  })

  test('refuses column names outside storage-sql', () => {
    const columns = columnNames(parseSource('tables.ts', 'interface CartsTable { id: string; guest_token_hash: string }'))
    const text = 'const a = row.guest_token_hash'
    expect(checkColumns(parseSource('packages/core/src/cart/cart.ts', text), columns)).toHaveLength(1)
    expect(checkColumns(parseSource('packages/storage-sql/src/stores/cart-store.ts', text), columns)).toEqual([])
    expect(checkColumns(parseSource('packages/core/src/cart/cart.ts', "const a = 'guest_token_hash'"), columns)).toEqual([])
  })
})
