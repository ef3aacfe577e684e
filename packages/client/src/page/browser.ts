/** What some browsers have and TypeScript's DOM library does not (yet) declare. */
export interface NavigatorExtras {
  readonly globalPrivacyControl?: boolean
  readonly userAgentData?: { readonly mobile?: boolean; readonly platform?: string }
}

/** `navigator` with the members that only some browsers have. */
export function browserNavigator(): Navigator & NavigatorExtras {
  return navigator
}

/** Whether the browser sends Global Privacy Control (https://w3c.github.io/gpc/). */
export function asksForPrivacy(): boolean {
  return browserNavigator().globalPrivacyControl === true
}
