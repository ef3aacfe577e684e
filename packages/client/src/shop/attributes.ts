import type { Scope } from '../page/scope.ts'

/** Attributes with which a shop marks its elements: `data-atalaya-product="id"`, `data-atalaya-add` and so on. */
export type ShopAttribute = ClickAttribute | 'event' | 'token'
export type ClickAttribute = 'product' | 'add' | 'remove' | 'checkout' | 'pay'

/** CSS selector of an attribute. */
export function selectorOf(attribute: ShopAttribute): string {
  return `[data-atalaya-${attribute}]`
}

/**
 * Calls `onClick` for clicks on or in an element with the attribute. A button inside a product card that has an
 * attribute of its own (add, remove) is not a click on the product.
 */
export function clickedWith(scope: Scope, attribute: ClickAttribute, onClick: () => void): void {
  const any = (['product', 'add', 'remove', 'checkout', 'pay'] as const).map(selectorOf).join()
  scope.on<MouseEvent>(document, 'click', event => {
    if (!(event.target instanceof Element)) return
    if (event.target.closest(any)?.matches(selectorOf(attribute))) onClick()
  })
}
