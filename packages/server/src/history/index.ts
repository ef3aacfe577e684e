export { HistoryError, type HistoryErrorCode } from './errors.ts'
export { History, type HistoryOptions } from './history.ts'
export {
  type EntityView,
  type HistoryMark,
  type HistoryViews,
  LINKS,
  type PaymentMark,
} from './types.ts'
export { MATURE_WINDOWS, WINDOWS, type WindowId } from './windows.ts'
