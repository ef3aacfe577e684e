import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HistoryRecord } from '../../records/record.ts'
import { openImport } from './import.ts'
import { type Mapping, mappingFault, readMapping } from './mapping.ts'
import { planImport } from './plan.ts'

const HANDBOOK = new URL('../../../../../examples/mappings/handbook.json', import.meta.url).pathname
const HEADER = 'TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD,TX_FRAUD_SCENARIO'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atalaya-test-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(name: string, content: string | Uint8Array): string {
  const file = join(folder, name)
  writeFileSync(file, content)
  return file
}

async function read(file: string, mapping: Mapping | null, maxRejectedShare = 1, window = {}) {
  const rejectedFile = join(folder, 'rejected.ndjson')
  const source = await openImport([file], {
    mapping,
    currency: 'PEN',
    rejectedFile,
    maxRejectedShare,
    ...window,
  })
  try {
    const records: HistoryRecord[] = []
    for await (const record of source.records()) records.push(record)
    const rejected = existsSync(rejectedFile)
      ? readFileSync(rejectedFile, 'utf8')
          .trim()
          .split('\n')
          .map(line => JSON.parse(line) as { line: number; reason: string })
      : []
    return { records, rejected, report: source.report() }
  } finally {
    source.close()
  }
}

describe('a CSV file with a mapping', () => {
  const rows = ['7,2018-04-01 00:07:56,2,1365,146.0,0,0', '3,2018-04-01 00:00:31,596,3156,57.16,1,2']

  it('becomes records in order of time, with amounts in minor units and labels known after the delay', async () => {
    const file = write('t.csv.gz', gzipSync([HEADER, ...rows].join('\n')))
    const { records } = await read(file, readMapping(HANDBOOK))
    const atMs = Date.UTC(2018, 3, 1, 0, 0, 31)
    expect(records.map(({ transaction }) => transaction.id)).toEqual(['3', '7'])
    expect(records[0]).toMatchObject({
      receivedAtMs: atMs,
      transaction: {
        amountMinor: 5716,
        currency: 'USD',
        account: { id: '596' },
        items: [{ seller: '3156' }],
      },
      session: { status: 'absent' },
      label: { fraud: true, source: 'handbook', observedAtMs: atMs + 7 * 86_400_000 },
    })
  })

  it('leaves out what lies outside the wanted time', async () => {
    const file = write('t.csv', [HEADER, ...rows].join('\n'))
    const window = { fromMs: Date.UTC(2018, 3, 1, 0, 1) }
    expect((await read(file, readMapping(HANDBOOK), 1, window)).records).toHaveLength(1)
  })

  it('sets bad rows aside with their line and the reason, and loses none', async () => {
    const bad = [
      '8,2018-04-01 00:08:00,2,1365,twelve,0,0',
      '9,yesterday,2,1365,1.00,0,0',
      '10,2018-04-01 00:09:00,2',
      '11,2018-04-01 00:10:00,,1365,1.00,0,0',
      '12,2018-04-01 00:11:00,2,1365,-1.00,0,0',
      '13,2018-04-01 00:12:00,2,1365,1.00,perhaps,0',
    ]
    const file = write('t.csv', [HEADER, rows[0], ...bad, rows[1]].join('\n'))
    const { records, rejected, report } = await read(file, readMapping(HANDBOOK))
    expect(records).toHaveLength(2)
    expect(report).toMatchObject({ read: 8, rejected: 6 })
    const reasons = Object.fromEntries(rejected.map(({ line, reason }) => [line, reason]))
    expect(reasons[3]).toBe('transaction.amountMinor: "twelve" is not a number')
    expect(reasons[4]).toBe('transaction.createdAtMs: "yesterday" is not a time of the given format')
    expect(reasons[5]).toMatch(/missing columns/)
    expect(reasons[6]).toMatch(/transaction: must have required properties account/)
    expect(reasons[7]).toBe('transaction.amountMinor: "-1.00" is negative')
    expect(reasons[8]).toBe('label: "perhaps" is neither fraud (1) nor genuine (0)')
  })

  it('is refused when more rows are bad than allowed', async () => {
    const file = write('t.csv', [HEADER, rows[0], '9,yesterday,2,1365,1.00,0,0'].join('\n'))
    await expect(read(file, readMapping(HANDBOOK), 0.1)).rejects.toThrow(
      /1 of 2 rows of .*t\.csv are bad, mostly: transaction.createdAtMs: "..." is not a time/,
    )
  })

  it('is refused when columns are missing, naming what was found', async () => {
    const file = write('t.csv', 'TRANSACTION_ID,WHEN,TX_FRAUD\n1,2,0\n')
    await expect(read(file, readMapping(HANDBOOK))).rejects.toThrow(
      /no column "TX_DATETIME", "CUSTOMER_ID", "TERMINAL_ID", "TX_AMOUNT"; columns found: TRANSACTION_ID, WHEN, TX_FRAUD/,
    )
  })

  it('understands semicolons, decimal commas, a zone and epoch seconds', async () => {
    const mapping: Mapping = {
      format: 'atalaya-mapping/1',
      columns: {
        'transaction.amountMinor': { column: 'monto', decimalComma: true },
        'transaction.account.id': 'cuenta',
        receivedAtMs: { column: 'fecha', format: '%d/%m/%Y %H:%M', zone: 'America/Lima' },
      },
      label: {
        column: 'fraude',
        fraud: ['si'],
        genuine: ['no'],
        observedAt: { column: 'visto', format: 'epoch_s' },
      },
    }
    const file = write(
      't.csv',
      'monto;cuenta;fecha;fraude;visto\n1.234,50;a;31/12/2024 23:30;si;1736000000\n',
    )
    const [record] = (await read(file, mapping)).records
    expect(record).toMatchObject({
      transaction: { amountMinor: 123_450, currency: 'PEN' },
      receivedAtMs: Date.UTC(2025, 0, 1, 4, 30),
      label: { observedAtMs: 1_736_000_000_000 },
    })
  })

  it('understands IPv4 addresses that are written as one number', async () => {
    const mapping: Mapping = {
      format: 'atalaya-mapping/1',
      columns: {
        'transaction.amountMinor': 'amount',
        'transaction.account.id': 'account',
        receivedAtMs: 'time',
        remoteIp: { column: 'ip', unit: 'ipv4_number' },
      },
      label: { column: 'fraud', fraud: ['1'], genuine: ['0'] },
    }
    const rows = ['1,a,2025-01-01,732758368.8,0', '1,a,2025-01-01,,0', '1,a,2025-01-01,4294967296,0']
    const file = write('t.csv', ['amount,account,time,ip,fraud', ...rows].join('\n'))
    const { records, rejected } = await read(file, mapping)
    expect(records.map(({ remoteIp }) => remoteIp)).toEqual(['43.173.1.96', null])
    expect(rejected[0]?.reason).toBe('remoteIp: "4294967296" is no IPv4 address as a number')
    const misplaced = {
      ...mapping,
      columns: { ...mapping.columns, 'transaction.id': mapping.columns['remoteIp'] ?? '' },
    }
    expect(mappingFault(misplaced)).toMatch(
      /transaction.id the unit "ipv4_number", which is for IP addresses/,
    )
  })
})

describe('a file without a mapping', () => {
  const commissioned =
    'transaction_amount,transaction_frequency,time_since_last_transaction,session_duration,click_through_rate,' +
    'add_to_cart_frequency,geo_location,device_type,ip_country,fraudulent'

  it('is read by the commissioned header names', async () => {
    const file = write(
      't.csv',
      `${commissioned},user_id,transaction_time\n137.21,6,12,1231,0.745,4,US,mobile,United States,0,u1,2024-03-01T10:00:00Z\n`,
    )
    const [record] = (await read(file, null)).records
    expect(record).toMatchObject({
      transaction: {
        id: 'row-2',
        amountMinor: 13_721,
        shipping: { country: 'US' },
        metadata: { transaction_frequency: '6', ip_country: 'United States' },
      },
      receivedAtMs: Date.UTC(2024, 2, 1, 10),
      label: { fraud: false },
    })
    expect(record?.session.signals?.slice(0, 7)).toEqual([1_231_000, null, null, null, 100, 74.5, 4])
    expect(record?.session.signals?.[14]).toBe(2)
  })

  const ALSO_COMMISSIONED =
    'trans_amount,trans_freq,avg_trans_amount,average_transaction_amount,time_since_last_trans,add_to_cart_freq,' +
    'trans_risk_score,transaction_risk_score,time_of_day,session_id,source_data_id,extraction_timestamp,source_type,' +
    'feature_name,importance_score,model_version,precision,recall,f1_score'

  it.each(
    [...new Set([...commissioned.split(','), ...ALSO_COMMISSIONED.split(',')])].filter(
      name => name !== 'fraudulent',
    ),
  )('has a place for the commissioned column %s', name => {
    const amount = name === 'trans_amount' ? [] : ['transaction_amount']
    const header = [...new Set([name, ...amount, 'user_id', 'transaction_time', 'fraudulent'])]
    expect(planImport('t.csv', header, null, 'PEN').unused).toEqual([])
  })

  it('understands the names that the commission prints in words', () => {
    const header = [
      ...[
        'Transaction Amount',
        'Transaction Frequency',
        'Average Transaction Amount',
        'Time since Last Transaction',
      ],
      ...[
        'Session Duration',
        'Click-through Rate',
        'Add-to-Cart Frequency',
        'Geographic Location',
        'Device Type',
      ],
      ...[
        'IP Address Country',
        'Transaction Risk Score',
        'Time of Day',
        'User ID',
        'Session ID',
        'Timestamp',
        'Fraudulent',
      ],
    ]
    expect(planImport('t.csv', header, null, 'PEN').unused).toEqual([])
  })

  it('is refused without accounts and times, which no history can do without', async () => {
    const file = write('t.csv', `${commissioned}\n137.21,6,12,1231,0.745,4,US,mobile,United States,0\n`)
    await expect(read(file, null)).rejects.toThrow(
      /does not say who paid and when; columns found: transaction_amount/,
    )
  })
})

describe('NDJSON and Parquet', () => {
  const mapping: Mapping = {
    format: 'atalaya-mapping/1',
    columns: {
      'transaction.amountMinor': { column: 'cents', unit: 'minor' },
      'transaction.account.id': 'who',
      'transaction.payment.bin': '/card/bin',
      receivedAtMs: 'at',
    },
    constants: { 'transaction.payment.method': 'card' },
    label: { column: 'fraud', fraud: ['true'], genuine: ['false'], delayDays: 1 },
  }

  it('reads NDJSON with nested values and sets a broken line aside', async () => {
    const file = write(
      't.ndjson',
      '{"cents":500,"who":"a","at":"2024-01-01 05:00:00","fraud":true,"card":{"bin":"411111"}}\n{broken\n',
    )
    const { records, rejected } = await read(file, mapping)
    expect(records[0]).toMatchObject({
      transaction: { amountMinor: 500, payment: { method: 'card', bin: '411111' } },
      label: { fraud: true },
    })
    expect(rejected).toMatchObject([{ line: 2 }])
  })

  it('reads Parquet', async () => {
    const file = join(folder, 't.parquet')
    const instance = await DuckDBInstance.create(':memory:')
    const connection = await instance.connect()
    await connection.run(
      `COPY (SELECT 700 AS cents, 'a' AS who, TIMESTAMP '2024-01-01 05:00:00' AS at, false AS fraud) TO '${file}' (FORMAT parquet)`,
    )
    connection.closeSync()
    instance.closeSync()
    const columns = Object.entries(mapping.columns).filter(([, column]) => column !== '/card/bin')
    const { records } = await read(file, {
      ...mapping,
      columns: Object.fromEntries(columns),
      constants: {},
    })
    expect(records[0]).toMatchObject({
      receivedAtMs: Date.UTC(2024, 0, 1, 5),
      transaction: { amountMinor: 700 },
    })
  })
})

describe('a mapping file', () => {
  it('is refused when it names a field that does not exist or a column that must never be read', () => {
    const handbook = readMapping(HANDBOOK)
    expect(mappingFault({ ...handbook, columns: { amount: 'TX_AMOUNT' } })).toMatch(
      /names the field "amount"/,
    )
    const leaking = { ...handbook.columns, 'transaction.metadata.s': 'TX_FRAUD_SCENARIO' }
    expect(mappingFault({ ...handbook, columns: leaking })).toMatch(/maps the column "TX_FRAUD_SCENARIO"/)
  })

  it('is refused when it is missing or no JSON', () => {
    expect(() => readMapping(join(folder, 'none.json'))).toThrow(/cannot be read/)
    expect(() => readMapping(write('m.json', '{"columns'))).toThrow(/is not JSON/)
    expect(() => readMapping(write('m.json', '{}'))).toThrow(/does not fit at/)
  })
})
