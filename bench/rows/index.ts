import type { RowGroup } from '../context.ts'
import { handbookRows } from './handbook.ts'
import { historyRows } from './history.ts'
import { modelRows } from './model.ts'
import { oracleRow } from './oracle.ts'
import { sdkSizeRows } from './sdk-size.ts'
import { simulatorRows } from './simulator.ts'
import { storeRows } from './store.ts'
import { trainRow } from './train.ts'
import { verifyRows } from './verify.ts'
import { verifyLoadRows } from './verify-load.ts'

/** All that can be measured; a row of the catalogue that no group names is reported as not measured. */
export const rowGroups: readonly RowGroup[] = [
  ...sdkSizeRows,
  ...verifyRows,
  verifyLoadRows,
  ...storeRows,
  historyRows,
  modelRows,
  trainRow,
  handbookRows,
  ...simulatorRows,
  oracleRow,
]
