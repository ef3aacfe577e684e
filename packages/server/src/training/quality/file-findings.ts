import type { Import } from '../import/index.ts'
import { NULL_WORDS, sqlText } from '../import/index.ts'
import { type Finding, finding, shareOf } from './finding.ts'

/** What the files are, before their rows are read. */
export async function fileFindings(opened: Import): Promise<Finding[]> {
  const { files, columns, rows, store } = opened
  if (rows + store.broken === 0)
    return [
      finding(
        'refuse',
        'no_rows',
        `${files.map(({ path }) => path).join(', ')} has a header and no rows`,
        'Export it again, or widen --from and --to.',
        { rows: 0 },
      ),
    ]
  return [
    ...files.flatMap(encodingFindings),
    ...files.flatMap(file => columnsLacking(file, columns)),
    ...(await repeatFindings(opened)),
    ...(await groupingFindings(opened)),
  ]
}

function encodingFindings({ path, text }: Import['files'][number]): Finding[] {
  if (text === null || (text.encoding === 'utf-8' && text.foreign.count === 0)) return []
  const { encoding, foreign, unicodeLines } = text
  const more = { rows: foreign.count, lines: foreign.first }
  if (encoding === 'windows-1252')
    return [
      finding(
        'note',
        'encoding',
        `${path} is no UTF-8: its lines with accents (${foreign.count}) were read as windows-1252 (latin-1)`,
        'Nothing to do, unless accents look wrong; UTF-8 leaves no doubt.',
        more,
      ),
    ]
  if (encoding === 'utf-8')
    return [
      finding(
        'warn',
        'encoding_mixed',
        `${path} mixes encodings: among its lines with accents ${unicodeLines} are UTF-8, ${foreign.count} hold bytes that are not and were read as windows-1252`,
        'Look at the accents of the lines named, and export in one encoding.',
        more,
      ),
    ]
  return [
    finding(
      'note',
      'encoding',
      `${path} is ${encoding.toUpperCase()} and was read as such`,
      'Nothing to do.',
    ),
  ]
}

function columnsLacking({ path, columns: own }: Import['files'][number], all: readonly string[]): Finding[] {
  const lacking = all.filter(column => !own.includes(column))
  if (lacking.length === 0) return []
  return [
    finding(
      'note',
      'columns_differ',
      `${path} lacks columns that other files have: ${lacking.join(', ')}`,
      'They are empty in its rows.',
      { subject: lacking[0] ?? '' },
    ),
  ]
}

/** Without ids nobody can say whether two equal rows are one payment or two. */
async function repeatFindings({ plan, columns, store, rows }: Import): Promise<Finding[]> {
  if (plan.columns.some(({ field }) => field.path === 'transaction.id')) return []
  const whole = `hash(${columns.map(column => store.sqlColumn(column)).join(', ')})`
  const [[alike] = []] = await store.query(
    `SELECT coalesce(sum(n - 1), 0)::DOUBLE FROM (SELECT count(*) AS n FROM loaded GROUP BY ${whole} HAVING n > 1)`,
  )
  const found = [
    finding(
      'note',
      'no_ids',
      'no column holds the id of the payment; rows are called by their line',
      'Map one to transaction.id, so that repeated rows are found and decisions can be traced.',
    ),
  ]
  if (Number(alike) === 0) return found
  return [
    ...found,
    finding(
      'warn',
      'rows_alike',
      `${shareOf(Number(alike), rows)} repeat an earlier row in every cell, and no id says whether they are the same payment`,
      'They are kept. Map an id, so that repetitions can be told from payments.',
      { rows: Number(alike) },
    ),
  ]
}

/** `1,234` is a thousand and more, or one and a bit; only the other values of its column can tell. */
async function groupingFindings({ plan, store, rows }: Import): Promise<Finding[]> {
  const found: Finding[] = []
  for (const { field, mapped } of plan.columns) {
    if (!['money', 'number', 'integer'].includes(field.kind)) continue
    const cell = `trim(${store.sqlColumn(mapped.column)})`
    const [group, point] = mapped.decimalComma ? ['\\.', ','] : [',', '\\.']
    const nothing = [...NULL_WORDS].map(sqlText).join(', ')
    const [[grouped, clear] = []] = await store.query(
      `SELECT count(*) FILTER (regexp_full_match(v, '[+-]?\\d{1,3}${group}\\d{3}'))::DOUBLE, ` +
        `count(*) FILTER (regexp_matches(v, '${point}\\d') OR regexp_matches(v, '${group}\\d{3}${group}'))::DOUBLE ` +
        `FROM (SELECT ${cell} AS v FROM loaded) WHERE v NOT IN (${nothing})`,
    )
    if (Number(grouped) === 0 || Number(clear) > 0) continue
    const [mark, other] = mapped.decimalComma ? ['point', 'comma'] : ['comma', 'point']
    found.push(
      finding(
        'warn',
        'thousands_or_decimals',
        `${shareOf(Number(grouped), rows)} of column "${mapped.column}" (${field.path}) look like 1${mark === 'comma' ? ',' : '.'}234, and nothing in it has a decimal ${other}: the ${mark} was read as one of thousands`,
        mapped.decimalComma
          ? 'If it separates decimals, take "decimalComma" out of the mapping of the column.'
          : 'If it separates decimals, write "decimalComma": true for the column in the mapping.',
        { subject: mapped.column, rows: Number(grouped) },
      ),
    )
  }
  return found
}
