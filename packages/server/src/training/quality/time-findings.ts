import { type Import, localTimestamp, sqlText, ZONED } from '../import/index.ts'
import { type Finding, finding, shareOf } from './finding.ts'

/** What the texts of the times say, asked in SQL over all rows. */
export async function timeFindings(opened: Import): Promise<Finding[]> {
  const { plan, store } = opened
  const timed = plan.columns
    .filter(({ field }) => field.kind === 'time')
    .map(({ field, mapped }) => ({ field: field.path, ...mapped }))
  if (plan.label.observedAt) timed.push({ field: 'label.observedAt', ...plan.label.observedAt })
  const found: Finding[] = []
  for (const { field, column, format = 'iso', zone } of timed) {
    if (format.startsWith('epoch')) continue
    const cell = store.sqlColumn(column)
    found.push(...(await zoneFindings(opened, { field, column, cell, format, zone })))
    if (zone !== undefined)
      found.push(...(await clockChangeFindings(opened, { field, column, cell, format, zone })))
  }
  return [...found, ...(await orderFindings(opened))]
}

interface TimeText {
  readonly field: string
  readonly column: string
  readonly cell: string
  readonly format: string
  readonly zone: string | undefined
}

async function zoneFindings(
  { store }: Import,
  { field, column, cell, format, zone }: TimeText,
): Promise<Finding[]> {
  const namesZone =
    format === 'iso' ? `regexp_matches(${cell}, ${sqlText(ZONED)}) AND length(${cell}) > 10` : 'false'
  if (format !== 'iso' && /%z|%Z/i.test(format)) return []
  const [[zoned, bare] = []] = await store.query(
    `SELECT count(*) FILTER (${namesZone})::DOUBLE, count(*) FILTER (NOT (${namesZone}))::DOUBLE FROM loaded WHERE trim(${cell}) <> ''`,
  )
  const [withZone, without] = [Number(zoned), Number(bare)]
  if (without === 0) return []
  const more = { subject: column, rows: without }
  const read = `read as ${zone ?? 'UTC'}`
  if (withZone > 0)
    return [
      finding(
        'warn',
        'time_zones_mixed',
        `column "${column}" (${field}) names a zone in ${withZone} rows and none in ${without}; those were ${read}`,
        'Export all times in one way.',
        more,
      ),
    ]
  if (zone !== undefined) return []
  return [
    finding(
      'note',
      'time_zone_missing',
      `times of column "${column}" (${field}) name no zone, nor does the mapping; they were ${read}`,
      'Write "zone" for the column, for example "America/Lima".',
      more,
    ),
  ]
}

/** Local times that a clock never showed, since it was put forward over them. */
async function clockChangeFindings(
  { store, rows }: Import,
  { field, column, cell, format, zone }: TimeText & { readonly zone: string },
): Promise<Finding[]> {
  const [[count] = []] = await store.query(
    `SELECT count(*) FILTER (((w AT TIME ZONE ${sqlText(zone)}) AT TIME ZONE ${sqlText(zone)}) <> w)::DOUBLE ` +
      `FROM (SELECT ${localTimestamp(cell, format)} AS w FROM loaded WHERE NOT coalesce(regexp_matches(${cell}, ${sqlText(ZONED)}) AND length(${cell}) > 10, false))`,
  )
  if (Number(count) === 0) return []
  return [
    finding(
      'warn',
      'time_never_was',
      `${shareOf(Number(count), rows)} of column "${column}" (${field}) show a time that clocks in ${zone} skipped when they were put forward`,
      'The times are of another zone, probably UTC: mend "zone" in the mapping.',
      { subject: column, rows: Number(count) },
    ),
  ]
}

/** Files need not be in order of time: rows are given in it. */
async function orderFindings({ store, rows }: Import): Promise<Finding[]> {
  const [[late] = []] = await store.query(
    `SELECT count(*) FILTER (t < before)::DOUBLE FROM (SELECT ${store.time} AS t, lag(${store.time}) OVER () AS before FROM loaded)`,
  )
  if (Number(late) === 0) return []
  return [
    finding(
      'note',
      'times_unsorted',
      `${shareOf(Number(late), rows)} are earlier than the row above them`,
      'Rows were put in order of time; nothing to do.',
      { rows: Number(late) },
    ),
  ]
}
