import { quietly, type Scope } from '../page/scope.ts'
import { selectorOf } from './attributes.ts'
import type { ShopTracker } from './track.ts'

/** Share of a product's element that must be in view. */
const IN_VIEW = 0.5

/** Product ids that were in view, and elements whose event was told, since the page was loaded, whatever the consent. */
const seen = new Set<unknown>()

/** Whether something is new on this page. */
function isNew(thing: unknown): boolean {
  const { size } = seen
  return seen.add(thing).size > size
}

/**
 * Tracks what marked elements say by being there: products that come into view, each product id once a page, and
 * `data-atalaya-event="purchase"` and the like, each element once; what the page adds later included. Ids only tell
 * products apart here; they are not kept.
 */
export function watchMarks(scope: Scope, track: ShopTracker): void {
  const visibility = new IntersectionObserver(
    entries =>
      quietly(() => {
        let count = 0
        for (const { intersectionRatio, target } of entries) {
          if (intersectionRatio < IN_VIEW) continue
          visibility.unobserve(target)
          if (isNew(target.getAttribute('data-atalaya-product'))) count++
        }
        if (count) track('view_item_list', { count })
      }),
    { threshold: IN_VIEW },
  )
  const marks = `${selectorOf('product')},${selectorOf('event')}`
  const look = (element: Element) => {
    const event = element.getAttribute('data-atalaya-event')
    if (!event) visibility.observe(element)
    else if (isNew(element)) track(event)
  }
  const find = (root: ParentNode) => root.querySelectorAll(marks).forEach(look)
  const additions = new MutationObserver(records => {
    for (const { addedNodes } of records) {
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue
        if (node.matches(marks)) look(node)
        find(node)
      }
    }
  })
  find(document)
  additions.observe(document, { childList: true, subtree: true })
  scope.add(() => {
    visibility.disconnect()
    additions.disconnect()
  })
}
