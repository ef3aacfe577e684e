import { type Collect, tallied } from './collector.ts'

type Way = 'typed' | 'pasted' | 'autofilled'

/** How fields were filled: typed, pasted or autofilled. Reads the kind of the input event, never a field's value. */
export const fields: Collect = ({ scope, tally }) => {
  const seen = new WeakMap<Element, Set<Way>>()
  scope.on<InputEvent>(document, 'input', event => {
    const field = event.target
    if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return
    const way = wayOf(event.inputType, event.isTrusted, isAutofilled(field))
    const card = isCardField(field)
    if (card) tally.mark('card_seen_at')
    if (!way) return
    if (card && way === 'pasted') tally.mark('card_pasted_at')
    const ways = seen.get(field) ?? new Set()
    seen.set(field, ways)
    if (!ways.has(way)) tally.add(`fields_${way}`)
    ways.add(way)
  })
  return () => ({
    ...tallied(tally, 'fields_typed', 'fields_pasted', 'fields_autofilled'),
    // Without a card field in the page (a hosted payment form) nothing is known of the card.
    card_pasted: tally.get('card_seen_at') > 0 ? Number(tally.get('card_pasted_at') > 0) : null,
  })
}

/**
 * How an `input` event filled a field, if it did: the specification's input types (Input Events Level 2). Browsers'
 * own autofill sends `insertReplacementText` (Firefox) or no type at all with `:autofill` matching (Chromium, WebKit).
 */
export function wayOf(inputType: string | undefined, trusted: boolean, autofilled: boolean): Way | undefined {
  if (inputType === 'insertFromPaste' || inputType === 'insertFromDrop') return 'pasted'
  if (autofilled || (trusted && inputType === 'insertReplacementText')) return 'autofilled'
  return trusted && inputType?.startsWith('insert') ? 'typed' : undefined
}

function isAutofilled(field: Element): boolean {
  // `:is` forgives the one of the two that a browser does not know.
  return field.matches(':is(:autofill,:-webkit-autofill)')
}

function isCardField(field: Element): boolean {
  const tokens = field.getAttribute('autocomplete') ?? ''
  return /(^|\s)cc-/i.test(tokens) || field.closest('[data-atalaya-field="card"]') !== null
}
