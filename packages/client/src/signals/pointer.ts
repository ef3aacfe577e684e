import type { Collect } from './collector.ts'

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
    if (last) tally.add('distance', Math.hypot(event.clientX - last.x, event.clientY - last.y))
    last = { x: event.clientX, y: event.clientY }
    movedSinceClick = true
    tally.add('moves')
  })
  scope.on<PointerEvent>(document, 'pointerdown', event => {
    pointerType = event.pointerType
  })
  scope.on<MouseEvent>(document, 'click', event => {
    tally.add('clicks')
    // A finger or a key clicks without a movement before; a mouse does not. `detail` is 0 for keys.
    const byMouse = event.isTrusted ? pointerType === 'mouse' && event.detail > 0 : true
    if (byMouse && !movedSinceClick) tally.add('unmoved')
    movedSinceClick = false
  })
  scope.on(document, 'scroll', () => {
    if (now() - scrolledMs > SCROLL_GESTURE_MS) tally.add('scrolls')
    scrolledMs = now()
  })
  scope.on(document, 'touchstart', () => tally.add('touches'))
  return () => ({
    pointer_moves: tally.get('moves'),
    pointer_distance_px: tally.get('distance'),
    click_count: tally.get('clicks'),
    clicks_without_move: tally.get('unmoved'),
    scroll_count: tally.get('scrolls'),
    touch_count: tally.get('touches'),
  })
}
