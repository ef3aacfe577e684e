import type { TokenRequest } from '../options.ts'
import { within } from '../page/idle.ts'
import { quietly } from '../page/scope.ts'

/** A form waits for its token so long, and then goes on without. */
const SUBMIT_WITHIN_MS = 1_400
const FIELD = 'atalayaToken'

/**
 * Puts a token into each form with `data-atalaya-token`, on itself or on a hidden field of it, when it is submitted.
 * Handlers of the page run first, and a submission that they prevent is left to them; any other is held, once, until
 * the token is there, and goes on whatever happened. While it is held, further submissions of the form are dropped.
 *
 * @returns ends it
 */
export function fillForms(issue: (request: TokenRequest) => Promise<string>): () => void {
  const held = new WeakSet<HTMLFormElement>()
  const onSubmit = (event: SubmitEvent) => {
    const form = event.target
    if (event.defaultPrevented || !(form instanceof HTMLFormElement)) return
    const mark = form.matches('[data-atalaya-token]') ? form : form.querySelector('[data-atalaya-token]')
    const submitter = event.submitter
    // A dialog's form sends nothing.
    if (!mark || (submitter?.getAttribute('formmethod') ?? form.getAttribute('method')) === 'dialog') return
    event.preventDefault()
    if (held.has(form)) return
    held.add(form)
    const token = Promise.resolve().then(() => issue(requestOf(form, mark)))
    void within(token, SUBMIT_WITHIN_MS, '').then(value => {
      held.delete(form)
      quietly(() => {
        fieldOf(form, mark).value = value
      })
      goOn(form, submitter)
    })
  }
  // Last of all: in the window's bubble phase.
  const listener = (event: Event) => quietly(() => onSubmit(event as SubmitEvent))
  addEventListener('submit', listener)
  return () => removeEventListener('submit', listener)
}

/** What the token is for, as the form's attributes say. */
function requestOf(form: HTMLFormElement, mark: Element): TokenRequest {
  const said = (name: string) =>
    mark.getAttribute(`data-atalaya-${name}`) ?? form.getAttribute(`data-atalaya-${name}`)
  const action = said('action') ?? 'checkout'
  const id = said('order')
  if (id === null) return { action }
  return {
    action,
    order: { id, amountMinor: Number(said('amount') ?? Number.NaN), currency: said('currency') ?? '' },
  }
}

/** The field that carries the token: the marked one, or one that is made, named by the form's attribute. */
function fieldOf(form: HTMLFormElement, mark: Element): HTMLInputElement {
  if (mark instanceof HTMLInputElement) return mark
  const name = form.getAttribute('data-atalaya-token') || FIELD
  return form.querySelector<HTMLInputElement>(`input[name="${CSS.escape(name)}"]`) ?? hidden(form, name, '')
}

function hidden(form: HTMLFormElement, name: string, value: string): HTMLInputElement {
  const field = document.createElement('input')
  field.type = 'hidden'
  field.name = name
  field.value = value
  form.append(field)
  return field
}

/**
 * Sends the form without asking the page's handlers again, which have seen this submission, and as the button that was
 * pressed says: its name and value, and where and how it sends.
 */
function goOn(form: HTMLFormElement, submitter: HTMLElement | null): void {
  const undo: (() => void)[] = []
  quietly(() => {
    const name = submitter?.getAttribute('name')
    if (submitter && name) {
      const field = hidden(form, name, submitter.getAttribute('value') ?? '')
      undo.push(() => field.remove())
    }
    for (const attribute of ['action', 'method', 'enctype', 'target']) {
      const asked = submitter?.getAttribute(`form${attribute}`)
      if (asked === null || asked === undefined) continue
      const before = form.getAttribute(attribute)
      form.setAttribute(attribute, asked)
      undo.push(() =>
        before === null ? form.removeAttribute(attribute) : form.setAttribute(attribute, before),
      )
    }
  })
  // A field named "submit" hides the form's own method.
  HTMLFormElement.prototype.submit.call(form)
  for (const step of undo) step()
}
