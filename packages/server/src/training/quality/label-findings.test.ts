import { describe, expect, it } from 'vitest'
import { csvOf, gate, mappingWith, type PlantedRow, soundRows } from '../testing/planted-files.ts'

const HOUR_MS = 3_600_000
const withRows = (count: number, change: (row: PlantedRow, index: number) => PlantedRow) =>
  csvOf(soundRows(count).map((row, index) => ({ ...row, ...change(row, index) })))

describe('classes', () => {
  it.each(['0', '1'])('labels that are all %s refuse the file', async fraudulent => {
    const { finding } = await gate(withRows(100, () => ({ fraudulent })))
    expect(finding('one_class_only')).toMatchObject({ severity: 'refuse', rows: 100 })
  })

  it('no label at all refuses it', async () => {
    expect((await gate(withRows(100, () => ({ fraudulent: '' })))).finding('no_labels')).toMatchObject({
      severity: 'refuse',
    })
  })

  it('too few frauds refuse it, few are warned of', async () => {
    const frauds = (count: number) =>
      withRows(1000, (_, index) => ({ fraudulent: index % 40 === 0 && index < 40 * count ? '1' : '0' }))
    expect((await gate(frauds(12))).finding('too_few_frauds')).toMatchObject({ severity: 'refuse', rows: 12 })
    expect(
      (await gate(withRows(1000, (_, index) => ({ fraudulent: index % 20 ? '0' : '1' })))).finding(
        'too_few_frauds',
      ),
    ).toMatchObject({
      severity: 'warn',
      rows: 50,
    })
  })

  it('more frauds than a shop can have are warned of', async () => {
    const half = withRows(1000, (_, index) => ({ fraudulent: String(index % 2) }))
    expect((await gate(half)).finding('many_frauds')).toMatchObject({ severity: 'warn', rows: 500 })
  })

  it('rows without a label are counted, words that are neither are set aside', async () => {
    const { finding } = await gate(
      withRows(200, (row, index) => ({
        fraudulent: index === 0 ? 'maybe' : index < 21 ? '' : (row['fraudulent'] ?? ''),
      })),
    )
    expect(finding('labels_missing')).toMatchObject({ severity: 'note', rows: 20 })
    expect(finding('label_unknown')).toMatchObject({ severity: 'warn', rows: 1, lines: [2] })
  })
})

describe('when labels became known', () => {
  const label = { column: 'fraudulent', fraud: ['1'], genuine: ['0'], observedAt: { column: 'known' } }
  const mapping = mappingWith({ columns: {}, label })
  const later = (row: PlantedRow, hours: number) =>
    new Date(Date.parse(row['transaction_time'] ?? '') + hours * HOUR_MS).toISOString()

  it('a label that was known before its payment is set aside', async () => {
    const file = withRows(200, (row, index) => ({ known: later(row, index === 5 ? -1 : 24 + index) }))
    const { finding, report } = await gate(file, mapping)
    expect(finding('label_before_event')).toMatchObject({ severity: 'warn', rows: 1, lines: [7] })
    expect(report.rows.good).toBe(199)
  })

  it('one delay for all is noted', async () => {
    const { finding } = await gate(
      withRows(200, row => ({ known: later(row, 48) })),
      mapping,
    )
    expect(finding('labels_of_one_delay')?.message).toContain('2 days')
    const spread = await gate(
      withRows(200, (row, index) => ({ known: later(row, index) })),
      mapping,
    )
    expect(spread.finding('labels_of_one_delay')).toBeUndefined()
  })
})

describe('a column that gives the label away', () => {
  const isFraud = (row: PlantedRow) => row['fraudulent'] === '1'

  it.each([
    [
      'words',
      (row: PlantedRow, index: number) =>
        isFraud(row) ? ['lost', 'won'][index % 2] : ['paid', 'sent', 'kept'][index % 3],
    ],
    ['a number', (row: PlantedRow, index: number) => `${(isFraud(row) ? 1000 : 0) + ((index * 31) % 97)}`],
    ['being filled', (row: PlantedRow, index: number) => (isFraud(row) && index % 3 ? `note ${index}` : '')],
  ])('by %s is noted when nothing reads it and refused when mapped', async (_, value) => {
    const file = withRows(1000, (row, index) => ({ status: value(row, index) ?? '' }))
    expect((await gate(file)).finding('gives_label_away')).toMatchObject({
      severity: 'note',
      subject: 'status',
    })
    const mapping = mappingWith({ columns: { 'transaction.metadata.status': 'status' } })
    expect((await gate(file, mapping)).finding('gives_label_away')).toMatchObject({
      severity: 'refuse',
      subject: 'status',
    })
    const never = await gate(file, mappingWith({ columns: {}, never: ['status'] }))
    expect(never.finding('gives_label_away')?.mend).toContain('"never"')
  })

  it('is not one whose values are merely many, nor one that is a good sign', async () => {
    const file = withRows(1000, (row, index) => ({
      session: `s${index}`,
      card: `c${index >> 1}`,
      risk: String((isFraud(row) ? 20 : 0) + (((index * 7919) % 1009) % 60)),
    }))
    const { report, finding } = await gate(file)
    expect(finding('gives_label_away')).toBeUndefined()
    const auc = Object.fromEntries(report.separation.map(one => [one.column, one.auc]))
    expect(auc['session']).toBeCloseTo(0.5, 1)
    expect(auc['risk']).toBeGreaterThan(0.7)
  })

  it('is only warned of when it names somebody: the label hangs on whole accounts', async () => {
    const file = withRows(1000, (row, index) => ({
      user_id: `${isFraud(row) ? 'bad' : 'good'}${index % 10}`,
    }))
    expect((await gate(file)).finding('gives_label_away')).toMatchObject({
      severity: 'warn',
      subject: 'user_id',
    })
  })
})
