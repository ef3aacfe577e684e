export type { Change } from './changes.ts'
export { NULL_WORDS } from './convert.ts'
export { keepFirst } from './first-lines.ts'
export {
  type Import,
  type ImportOptions,
  type ImportReport,
  openImport,
  type PlacedRecord,
} from './import.ts'
export { type Mapping, MappingSchema, mappingFault, readMapping } from './mapping.ts'
export type { ImportPlan, PlannedColumn } from './plan.ts'
export type { Rejection } from './quarantine.ts'
export type { RowStore } from './row-store.ts'
export { localTimestamp, text as sqlText, ZONED } from './sql.ts'
