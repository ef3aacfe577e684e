import { quietly, type Scope } from '../page/scope.ts'
import { selectorOf } from './attributes.ts'

/** Share of a product's element that must be in view. */
const IN_VIEW = 0.5

/** Product ids that were in view since the page was loaded, however often consent changes on it. */
const seen = new Set<string>()

/**
 * Calls `onSeen` with the number of products that came into view, each product id once a page, products that the
 * page adds later included. Ids only tell products apart here; they are not kept.
 */
export function watchImpressions(scope: Scope, onSeen: (count: number) => void): void {
  const visibility = new IntersectionObserver(
    entries =>
      quietly(() => {
        let count = 0
        for (const { intersectionRatio, target } of entries) {
          if (intersectionRatio < IN_VIEW) continue
          visibility.unobserve(target)
          const id = target.getAttribute('data-atalaya-product') ?? ''
          if (seen.has(id)) continue
          seen.add(id)
          count++
        }
        if (count > 0) onSeen(count)
      }),
    { threshold: IN_VIEW },
  )
  const find = (root: ParentNode) => {
    for (const element of root.querySelectorAll(selectorOf('product'))) visibility.observe(element)
  }
  const additions = new MutationObserver(records => {
    for (const { addedNodes } of records) {
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue
        if (node.matches(selectorOf('product'))) visibility.observe(node)
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
