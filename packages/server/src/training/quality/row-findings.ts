import type { Change, Import, ImportReport, Rejection } from '../import/index.ts'
import { type Finding, finding, percent, shareOf } from './finding.ts'

/** Faults that show that the mapping misreads a column; the rows that it happens to read are wrong as well. */
const MISREAD: Readonly<Partial<Record<Rejection['code'], string>>> = {
  decimal_comma: 'Write "decimalComma": true for the column in the mapping.',
  decimal_point: 'Take "decimalComma" out of the mapping of the column.',
  minor_fraction: 'Write "unit": "major" for the column in the mapping.',
}

const MENDS: Readonly<Record<Exclude<Rejection['code'], 'time_unreadable'>, string>> = {
  broken_line: 'Such lines have too few or too many cells or a stray quote: export them again.',
  nul_bytes: 'The file is damaged there: export it again.',
  not_a_number: 'Mend the cells, or give their replacement under "values" of the column.',
  decimal_comma: '',
  decimal_point: '',
  minor_fraction: '',
  amount_negative: 'Refunds are no payments: leave them out of the export.',
  not_a_boolean: 'Give the words under "values" of the column.',
  not_an_address: 'Mend the cells, or take "unit" out of the mapping of the column.',
  time_missing: 'Every payment needs its time.',
  time_out_of_range: 'Check the format of the times: seconds read as milliseconds fall into 1970.',
  label_unknown: 'Name the word under label.fraud or label.genuine of the mapping.',
  label_before_event: 'Check zone and format of both times; a date without a time of day is its midnight.',
  row_repeated: 'The first is kept; nothing to do.',
  id_reused:
    'The first is kept. If one order has several payments, map the number of the attempt to transaction.attempt.',
  not_a_record: 'Mend the cells or leave the column out of the mapping.',
}

/** Rows that were set aside, by fault and field. */
export function rejectionFindings(report: ImportReport, { plan }: Import): Finding[] {
  return report.rejections.map(({ code, path, example, rows, lines }) =>
    finding(
      MISREAD[code] === undefined ? 'warn' : 'refuse',
      code,
      `${shareOf(rows, report.read)} set aside: ${example}`,
      MISREAD[code] ?? (code === 'time_unreadable' ? timeMend(example) : MENDS[code]),
      { subject: plan.columns.find(({ field }) => field.path === path)?.mapped.column ?? path, rows, lines },
    ),
  )
}

/** Names the format that a time seems to have. */
function timeMend(example: string): string {
  const text = /"([^"]*)"/.exec(example)?.[1] ?? ''
  const format = /^\d{9,10}(\.\d+)?$/.test(text)
    ? 'epoch_s'
    : /^\d{12,13}$/.test(text)
      ? 'epoch_ms'
      : /^\d{1,2}\/\d{1,2}\/\d{4}/.test(text)
        ? `%d/%m/%Y${clockOf(text)}" or "%m/%d/%Y${clockOf(text)}`
        : /^\d{1,2}[.-]\d{1,2}[.-]\d{4}/.test(text)
          ? `%d${text[2] ?? '-'}%m${text[2] ?? '-'}%Y${clockOf(text)}`
          : undefined
  return format === undefined
    ? 'Give the "format" of the column in the mapping, as a strptime pattern.'
    : `Write "format": "${format}" for the column in the mapping.`
}

function clockOf(text: string): string {
  if (/\d:\d\d:\d\d/.test(text)) return ' %H:%M:%S'
  return /\d:\d\d/.test(text) ? ' %H:%M' : ''
}

/** A large share of bad rows ends the run: what is left of the file is not what was exported. */
export function shareFinding({ read, rejections }: ImportReport, maxBadShare: number): Finding[] {
  const bad = rejections
    .filter(({ code }) => code !== 'row_repeated')
    .reduce((sum, { rows }) => sum + rows, 0)
  if (read === 0 || bad <= maxBadShare * read) return []
  return [
    finding(
      'refuse',
      'too_many_bad_rows',
      `${shareOf(bad, read)} are bad, more than the ${percent(maxBadShare)} that --max-bad-share allows`,
      'Mend what the other lines name, or allow more.',
      { rows: bad },
    ),
  ]
}

const CHANGES: Readonly<
  Record<Change['code'], { severity: 'warn' | 'note'; code: string; did: string; mend: string }>
> = {
  null_word: { severity: 'note', code: 'null_words', did: 'were read as no value', mend: 'Nothing to do.' },
  country_mapped: {
    ...{ severity: 'note', code: 'countries_mapped', did: 'were read as a country code' },
    mend: 'Nothing to do.',
  },
  country_unknown: {
    ...{ severity: 'warn', code: 'country_unknown', did: 'mean no country and were left empty' },
    mend: 'Give their codes under "values" of the column.',
  },
  device_unknown: {
    ...{
      severity: 'warn',
      code: 'device_unknown',
      did: 'are no known device type and were read as "unknown"',
    },
    mend: 'Give desktop, mobile, tablet or bot for them under "values" of the column.',
  },
  rounded: {
    ...{
      severity: 'note',
      code: 'numbers_rounded',
      did: 'have more decimals than the field and were rounded',
    },
    mend: 'Nothing to do, unless the unit is wrong.',
  },
}

/** Values that were read as something else than they say. */
export function changeFindings({ changes }: ImportReport, { plan, rows }: Import): Finding[] {
  return changes.map(({ code, path, count, lines, texts }) => {
    const { severity, code: name, did, mend } = CHANGES[code]
    const shown = [...texts].map(text => `"${text.slice(0, 40)}"`).join(', ')
    const subject = plan.columns.find(({ field }) => field.path === path)?.mapped.column ?? path
    return finding(severity, name, `${shareOf(count, rows)} of ${path} ${did}: ${shown}`, mend, {
      ...{ subject, rows: count, lines },
    })
  })
}
