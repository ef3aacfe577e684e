import { clickedWith } from '../shop/attributes.ts'
import { watchMarks } from '../shop/marks.ts'
import { type Collect, tallied } from './collector.ts'

/** Products seen and products opened. */
export const clickThrough: Collect = ({ scope, tally, track }) => {
  watchMarks(scope, track)
  clickedWith(scope, 'product', () => track('select_item'))
  return () => tallied(tally, 'product_impressions', 'product_clicks')
}
