import type { Import } from '../import/index.ts'
import { NULL_WORDS, sqlText } from '../import/index.ts'

/** What a column of the files holds. */
export interface ColumnProfile {
  readonly column: string
  /** The field it fills, `label`, `label.observedAt`, `never`, or null when nothing reads it. */
  readonly field: string | null
  readonly filled: number
  readonly missing: number
  /** About so many different values. */
  readonly distinct: number
  /** The value, when every filled row has the same. */
  readonly constant: string | null
  /** Filled rows that are numbers. */
  readonly numeric: number
  /** Labelled rows: frauds and all, where it is empty. */
  readonly missingFrauds: number
  readonly missingLabelled: number
  /** Rows in which its cell holds lines of the file, as a stray quote makes it. */
  readonly holdsLines: number
}

/** Rows, and what is known of them, as SQL sees it. */
export interface LabelSql {
  /** 1 for fraud, 0 for genuine, NULL for neither. */
  readonly label: string
  /** A column's text, NULL where it says nothing. */
  value(column: string): string
}

export function labelSql({ plan, store }: Import): LabelSql {
  const column = `trim(${store.sqlColumn(plan.label.column)})`
  const among = (words: readonly string[]) => `${column} IN (${words.map(sqlText).join(', ')})`
  const nothing = ['', ...NULL_WORDS].map(sqlText).join(', ')
  return {
    label: `CASE WHEN ${among(plan.label.fraud)} THEN 1 WHEN ${among(plan.label.genuine)} THEN 0 END`,
    value: name => {
      const cell = store.sqlColumn(name)
      return `CASE WHEN trim(${cell}) IN (${nothing}) THEN NULL ELSE ${cell} END`
    },
  }
}

/** Looks at every column of the files, whether something reads it or not. */
export async function profileColumns(
  opened: Import,
  sql: LabelSql,
  onColumn: (done: number) => void,
): Promise<ColumnProfile[]> {
  const profiles: ColumnProfile[] = []
  for (const [index, column] of opened.columns.entries()) {
    onColumn(index)
    const [row = []] = await opened.store.query(
      'SELECT count(v)::DOUBLE, count(*)::DOUBLE, approx_count_distinct(v)::DOUBLE, min(v), max(v), ' +
        'count(try_cast(v AS DOUBLE))::DOUBLE, coalesce(sum(y) FILTER (v IS NULL), 0)::DOUBLE, count(y) FILTER (v IS NULL)::DOUBLE, ' +
        `count(*) FILTER (${holdsLines(opened)})::DOUBLE ` +
        `FROM (SELECT ${sql.value(column)} AS v, ${sql.label} AS y FROM loaded)`,
    )
    const [filled, all, distinct, least, most, numeric, missingFrauds, missingLabelled, holds] = row
    profiles.push({
      ...{ column, field: fieldOfColumn(opened, column) },
      ...{ filled: Number(filled), missing: Number(all) - Number(filled), distinct: Number(distinct) },
      constant: least === most && typeof least === 'string' ? least : null,
      numeric: Number(numeric),
      ...{ missingFrauds: Number(missingFrauds), missingLabelled: Number(missingLabelled) },
      holdsLines: Number(holds),
    })
  }
  return profiles
}

/** A cell with line breaks and as many separators as a line has. */
function holdsLines({ files, columns }: Import): string {
  const delimiters = [...new Set(files.map(({ delimiter }) => delimiter))].filter(one => one !== '')
  const counts = delimiters.map(one => `length(v) - length(replace(v, ${sqlText(one)}, ''))`)
  if (counts.length === 0) return 'false'
  return `contains(v, chr(10)) AND greatest(${counts.join(', ')}) >= ${Math.max(columns.length - 1, 1)}`
}

function fieldOfColumn({ plan }: Import, column: string): string | null {
  if (column === plan.label.column) return 'label'
  if (column === plan.label.observedAt?.column) return 'label.observedAt'
  if (plan.never.includes(column)) return 'never'
  return plan.columns.find(({ mapped }) => mapped.column === column)?.field.path ?? null
}
