import type { RowGroup } from '../context.ts'
import { sdkSizeRows } from './sdk-size.ts'

/** All that can be measured; a row of the catalogue that no group names is reported as not measured. */
export const rowGroups: readonly RowGroup[] = [...sdkSizeRows]
