import { type Collect, tallied } from './collector.ts'

/** Scroll events closer together than this are one gesture. */
const SCROLL_GESTURE_MS = 150

/** Pointer movement, clicks, scrolling and touches as counts and lengths; never a path. */
export const pointer: Collect = ({ scope, tally, now }) => {
  let last: { readonly x: number; readonly y: number } | undefined
  let movedSinceClick = false
  let pointerType = ''
  let scrolledMs = 0
  scope.on<PointerEvent>(document, 'pointermove', event => {
    if (!event.isTrusted) return
    if (last) tally.add('pointer_distance_px', Math.hypot(event.clientX - last.x, event.clientY - last.y))
    last = { x: event.clientX, y: event.clientY }
    movedSinceClick = true
    tally.add('pointer_moves')
  })
  scope.on<PointerEvent>(document, 'pointerdown', event => {
    pointerType = event.pointerType
  })
  scope.on<MouseEvent>(document, 'click', event => {
    tally.add('click_count')
    // A finger or a key clicks without a movement before; a mouse does not. `detail` is 0 for keys.
    const byMouse = event.isTrusted ? pointerType === 'mouse' && event.detail > 0 : true
    if (byMouse && !movedSinceClick) tally.add('clicks_without_move')
    movedSinceClick = false
  })
  scope.on(document, 'scroll', () => {
    if (now() - scrolledMs > SCROLL_GESTURE_MS) tally.add('scroll_count')
    scrolledMs = now()
  })
  scope.on(document, 'touchstart', () => tally.add('touch_count'))
  return () =>
    tallied(
      tally,
      'pointer_moves',
      'pointer_distance_px',
      'click_count',
      'clicks_without_move',
      'scroll_count',
      'touch_count',
    )
}
