import { describe, expect, test } from 'vitest'
import { readCsv } from './csv-rows.ts'
import { maxLineBytes, physicalLines } from './physical-lines.ts'

async function* chunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
}

/** Reads a CSV; rows come out as `line: cells`, rejections as `line! code`. */
async function read(content: string | Buffer, options: { delimiter?: string; chunk?: number } = {}): Promise<string[]> {
  const csv = await readCsv(physicalLines(chunks(Buffer.from(content), options.chunk ?? 65_536)), { delimiter: options.delimiter ?? ',' })
  const found: string[] = []
  for await (const item of csv.rows) {
    found.push('row' in item ? `${item.row.line}: ${Object.values(item.row.values).join('|')}` : `${item.rejected.line}! ${item.rejected.code}`)
  }
  return found
}

const wide = 'a,b,c,d,e,f,g'

describe('sound files', () => {
  test('are read whatever the chunks, line endings and byte order mark', async () => {
    const content = '\uFEFFa,b\r\n1,"x, y"\r\n\r\n2,"one\r\ntwo ""three"""\r\n3,é'
    for (const chunk of [1, 2, 3, 7, 65_536]) {
      expect(await read(content, { chunk })).toEqual(['2: 1|x, y', '4: 2|one\ntwo "three"', '6: 3|é'])
    }
  })

  test('may use another delimiter', async () => {
    expect(await read('a;b\n1,5;2', { delimiter: ';' })).toEqual(['2: 1,5|2'])
  })

  test('keep both of two columns of one name', async () => {
    const csv = await readCsv(physicalLines(chunks(Buffer.from('Image,Image\n1,2'), 100)), { delimiter: ',' })
    expect(csv.columns).toEqual(['Image', 'Image (2)'])
  })

  test('rows of blank cells are passed over', async () => {
    expect(await read('a,b\n,\n1,2\n ,\n')).toEqual(['3: 1|2'])
  })

  test('a quoted cell may hold lines with commas', async () => {
    expect(await read('a,b\n1,"soft, warm\nand, light"\n2,x')).toEqual(['2: 1|soft, warm\nand, light', '4: 2|x'])
    expect(await read(`${wide}\n1,2,3,"soft, warm\nlight",5,6,7`)).toEqual(['2: 1|2|3|soft, warm\nlight|5|6|7'])
  })
})

describe('broken rows', () => {
  test('with too few or too many cells are named', async () => {
    expect(await read('a,b,c\n1,2\n1,2,3\n1,2,3,4')).toEqual(['2! WRONG_COLUMN_COUNT', '3: 1|2|3', '4! WRONG_COLUMN_COUNT'])
  })

  test('with a quote that is never closed do not swallow the rows after them', async () => {
    expect(await read(`${wide}\n1,"2,3,4,5,6,7\na,b,c,d,e,f,g\nh,"i",j,k,l,m,n`)).toEqual(['2! MALFORMED_ROW', '3: a|b|c|d|e|f|g', '4: h|i|j|k|l|m|n'])
  })

  test('do not swallow rows when two such quotes pair up', async () => {
    expect(await read(`${wide}\n1,2,3,4,5,6,"7\na,b,c,d,e,f,g\n1,2,3,4,5,6,7"`)).toEqual(['2! MALFORMED_ROW', '3: a|b|c|d|e|f|g', '4! MALFORMED_ROW'])
  })

  test('do not swallow a good row that spans lines itself', async () => {
    expect(await read(`${wide}\n1,"2,3,4,5,6,7\na,"b\nb",c,d,e,f,g`)).toEqual(['2! MALFORMED_ROW', '3: a|b\nb|c|d|e|f|g'])
  })

  test('at the end of the file are named', async () => {
    expect(await read('a,b\n1,2\n3,"4')).toEqual(['2: 1|2', '3! MALFORMED_ROW'])
  })

  test('that are too long, not UTF-8 or hold NUL are named by their line', async () => {
    const content = Buffer.concat([Buffer.from(`a,b\n1,${'x'.repeat(maxLineBytes)}\n2,`), Buffer.from([0xe9]), Buffer.from('\n3,\u0000\n4,ok')])
    expect(await read(content)).toEqual(['2! TOO_LONG', '3! BAD_ENCODING', '4! NUL_BYTE', '5: 4|ok'])
  })
})

test('an empty file has no header and says so', async () => {
  await expect(read('\n\n')).rejects.toMatchObject({ code: 'INVALID_INPUT' })
})
