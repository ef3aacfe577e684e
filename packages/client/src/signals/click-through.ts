import { clickedWith } from '../shop/attributes.ts'
import { watchImpressions } from '../shop/impressions.ts'
import { type Collect, tallied } from './collector.ts'

/** Products seen and products opened. */
export const clickThrough: Collect = ({ scope, tally, track }) => {
  watchImpressions(scope, count => track('view_item_list', { count }))
  clickedWith(scope, 'product', () => track('select_item'))
  return () => tallied(tally, 'product_impressions', 'product_clicks')
}
