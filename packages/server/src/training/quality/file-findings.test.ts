import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { csvOf, gate, mappingWith, soundRows } from '../testing/planted-files.ts'

const named = (user: string) =>
  csvOf(soundRows(100).map((row, index) => (index === 3 ? { ...row, user_id: user } : row)))

it('says nothing grave of a sound file', async () => {
  const { report, quarantine } = await gate(csvOf(soundRows(1500)))
  expect(report.rows).toMatchObject({ read: 1500, good: 1500, setAside: 0, frauds: 300, genuine: 1200 })
  expect(report.findings.map(({ severity, code }) => [severity, code])).toEqual([
    ['note', 'labels_of_one_delay'],
  ])
  expect(quarantine).toEqual([])
})

describe('the encoding', () => {
  it('latin-1 is read as such, which is noted with the lines', async () => {
    const { finding, report } = await gate(Buffer.from(named('José Ñandú'), 'latin1'))
    expect(finding('encoding')).toMatchObject({ severity: 'note', rows: 1, lines: [5] })
    expect(finding('encoding')?.message).toContain('windows-1252')
    expect(report.rows.good).toBe(100)
  })

  it('bytes of another encoding in a UTF-8 file are read and warned of', async () => {
    const [head, ...rest] = [named('Núñez'), 'x1,2026-01-06T00:00:00Z,Zoë,5.00,0\n'] as const
    const file = Buffer.concat([Buffer.from(head), Buffer.from(rest.join(''), 'latin1')])
    const { finding, report } = await gate(file)
    expect(finding('encoding_mixed')).toMatchObject({ severity: 'warn', rows: 1, lines: [102] })
    expect(report.rows.good).toBe(101)
  })

  it('UTF-16 is read, with and without its mark', async () => {
    const text = named('Núñez')
    for (const content of [Buffer.from(`\ufeff${text}`, 'utf16le'), Buffer.from(text, 'utf16le')]) {
      const { finding, report } = await gate(content)
      expect(finding('encoding')?.message).toContain('UTF-16LE')
      expect(report.rows.good).toBe(100)
    }
  })

  it('a byte order mark is no part of the first header, compressed or not', async () => {
    const content = Buffer.from(`\ufeff${csvOf(soundRows(50))}`)
    expect((await gate(content)).report.rows.good).toBe(50)
    expect((await gate({ 't.csv.gz': gzipSync(content) })).report.rows.good).toBe(50)
  })
})

describe('the form of the file', () => {
  it('a header without rows is refused', async () => {
    const { finding } = await gate(csvOf(soundRows(1)).split('\n')[0] ?? '')
    expect(finding('no_rows')).toMatchObject({ severity: 'refuse' })
  })

  it.each([
    ['', /is empty/],
    ['\n\n', /is empty/],
    ['a,\x01\n', /is no text/],
    ['a,A\n1,2\n', /has the column "A" twice/],
  ])('%j cannot be opened', async (content, message) => {
    await expect(gate(content)).rejects.toThrow(message)
  })

  it('lines with too few or too many cells are set aside with their text', async () => {
    const { finding, quarantine } = await gate(
      `${csvOf(soundRows(100))}o100,2026-01-05\no101,2026-01-05T00:00:00Z,u,1.00,0,0,0\n`,
    )
    expect(finding('broken_line')).toMatchObject({ severity: 'warn', rows: 2, lines: [102, 103] })
    expect(quarantine[0]).toMatchObject({ line: 102, values: 'o100,2026-01-05' })
  })

  it('a quote that never closes costs every line that it takes along, and none is lost from the count', async () => {
    const lines = csvOf(soundRows(100)).trim().split('\n')
    lines[61] = (lines[61] ?? '').replace(',u', ',"u')
    const { finding, report, quarantine } = await gate(`${lines.join('\n')}\n`)
    expect(report.rows).toMatchObject({ read: 100, good: 60, setAside: 40 })
    expect(finding('broken_line')).toMatchObject({ rows: 40, lines: [62] })
    expect(finding('too_many_bad_rows')).toMatchObject({ severity: 'refuse', rows: 40 })
    expect(quarantine[0]).toMatchObject({ values: expect.stringContaining('o99,') })
  })

  it('a quote that closes some lines below makes a cell of lines, which is warned of', async () => {
    const lines = csvOf(soundRows(100).map(row => ({ ...row, note: '' })))
      .trim()
      .split('\n')
    lines[51] += '"'
    lines[54] += '"'
    const { finding, report } = await gate(`${lines.join('\n')}\n`)
    expect(report.rows.good).toBe(97)
    expect(finding('lines_in_a_cell')).toMatchObject({ severity: 'warn', subject: 'note', rows: 1 })
  })

  it('lines with NUL bytes are set aside', async () => {
    const { finding } = await gate(`${csvOf(soundRows(100))}o100,2026-01-05T00:00:00Z,u\0,1.00,0\n`)
    expect(finding('nul_bytes')).toMatchObject({ rows: 1, lines: [102] })
  })

  it('lines of NDJSON that are no objects are set aside', async () => {
    const lines = soundRows(100).map(row => JSON.stringify(row))
    const { finding, report } = await gate({ 't.ndjson': [...lines, '[1,2]', '{"a'].join('\n') })
    expect(finding('broken_line')).toMatchObject({ rows: 2, lines: [101, 102] })
    expect(report.rows.good).toBe(100)
  })

  it('a JSON array is no NDJSON', async () => {
    await expect(gate({ 't.ndjson': '[{"a":1},\n{"b":2}]\n' })).rejects.toThrow(
      /no line of .* is a JSON object/,
    )
  })

  it("pandas' column of row numbers, which has no name, is a column like others", async () => {
    const rows = soundRows(50).map((row, index) => ({ '': String(index), ...row }))
    const { report } = await gate(csvOf(rows))
    expect(report.unusedColumns).toEqual(['column_1'])
  })

  it('too many bad rows refuse the file', async () => {
    const rows = soundRows(100).map((row, index) => (index < 6 ? { ...row, transaction_amount: 'x' } : row))
    expect((await gate(csvOf(rows))).finding('too_many_bad_rows')).toMatchObject({
      severity: 'refuse',
      rows: 6,
    })
  })
})

describe('repeated rows', () => {
  it('of one id are set aside but for the first, the same row and another one told apart', async () => {
    const rows = soundRows(100)
    const [first, second] = rows
    if (!first || !second) throw new Error('no rows')
    const { finding, quarantine, report } = await gate(
      csvOf([...rows, first, { ...second, user_id: 'other' }]),
    )
    expect(report.rows.good).toBe(100)
    expect(finding('row_repeated')).toMatchObject({ rows: 1, lines: [102] })
    expect(finding('id_reused')).toMatchObject({ rows: 1, lines: [103] })
    expect(quarantine.map(({ reason }) => reason)).toEqual([
      'repeats line 2 in every cell',
      'transaction.id: is that of line 3, with other content',
    ])
  })

  it('are the attempts of one order when the mapping says so', async () => {
    const rows = soundRows(100).map((row, index) => ({
      ...row,
      transaction_id: `o${index >> 1}`,
      attempt: String((index % 2) + 1),
    }))
    const { report } = await gate(csvOf(rows), mappingWith({ columns: { 'transaction.attempt': 'attempt' } }))
    expect(report.rows.good).toBe(100)
  })

  it('without ids are kept and warned of', async () => {
    const rows = soundRows(100).map(({ transaction_id: _, ...row }) => row)
    const { finding, report } = await gate(csvOf([...rows, ...rows.slice(0, 2)]))
    expect(finding('rows_alike')).toMatchObject({ severity: 'warn', rows: 2 })
    expect(finding('no_ids')).toMatchObject({ severity: 'note' })
    expect(report.rows.good).toBe(102)
  })

  it('are found across files, which together are one history', async () => {
    const rows = soundRows(100)
    const { finding, report } = await gate({
      'a.csv': csvOf(rows.slice(50)),
      'b.csv': csvOf(rows.slice(0, 51).map(row => ({ ...row, extra: 'x' }))),
    })
    expect(report.rows).toMatchObject({ read: 101, good: 100 })
    expect(finding('id_reused')).toMatchObject({ rows: 1, lines: [52] })
    expect(finding('columns_differ')?.message).toContain('a.csv lacks columns that other files have: extra')
  })
})

describe('columns', () => {
  it('that are empty, sparse or always the same are named', async () => {
    const rows = soundRows(100).map((row, index) => ({
      ...row,
      geo_location: '',
      device_type: index < 30 ? 'mobile' : 'NULL',
      time_of_day: 'noon',
    }))
    const { report, finding } = await gate(csvOf(rows))
    expect(finding('column_empty')).toMatchObject({ severity: 'warn', subject: 'geo_location', rows: 100 })
    expect(finding('column_sparse')).toMatchObject({ subject: 'device_type', rows: 70 })
    expect(
      report.findings.filter(({ code }) => code === 'column_constant').map(({ subject }) => subject),
    ).toEqual(['time_of_day', 'device_type'])
    expect(finding('null_words')).toMatchObject({ severity: 'note', rows: 70 })
  })
})
