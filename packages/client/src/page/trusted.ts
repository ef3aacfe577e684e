/** The part of a Trusted Types policy that the SDK uses. */
export interface UrlPolicy {
  createScriptURL(url: string): string
}

declare global {
  interface Window {
    trustedTypes?: {
      createPolicy(name: string, rules: { createScriptURL(url: string): string }): UrlPolicy
    }
  }
}

const allowed = new Set<string>()
let policy: UrlPolicy | undefined

/** Takes the policy that the stub made: a page with a `trusted-types` directive lets each name be made once. */
export function takeStubPolicy(made: UrlPolicy | undefined): void {
  policy = made
}

/** Whether the SDK itself asked for this URL. */
export function isOwnUrl(url: string): boolean {
  return allowed.has(url)
}

/**
 * A script URL for sinks that Trusted Types guard. The policy `atalaya` passes only URLs that the SDK itself asked
 * for, so that it is of no use to anybody else on the page.
 */
export function scriptUrl(url: string): string {
  allowed.add(url)
  policy ??= window.trustedTypes?.createPolicy('atalaya', {
    createScriptURL: asked => (isOwnUrl(asked) ? asked : ''),
  })
  return policy ? policy.createScriptURL(url) : url
}

/** Loads a classic script; rejects when it is blocked or missing. */
export function loadScript(url: string, nonce: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script')
    script.src = scriptUrl(url)
    if (nonce) script.nonce = nonce
    script.onload = () => resolve()
    script.onerror = reject
    document.head.append(script)
  })
}
