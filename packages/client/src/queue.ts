import type { Agent } from './agent.ts'
import type { LoadOptions } from './options.ts'
import type { UrlPolicy } from './page/trusted.ts'

export type AgentMethod = keyof Agent

/** A call that was made before the core was there; `settle` is called with its result. */
export type QueuedCall = [method: AgentMethod, args: unknown[], settle: (result: unknown) => void]

/** `window.Atalaya`: made by the stub, taken over by the core. Short names, since stubs stand in shops' HTML. */
export interface StubApi extends Partial<Agent> {
  /** Version of the queue of who made it. */
  v: string
  /** Calls that wait for the core. */
  q: QueuedCall[]
  /** Options of `load`, once it was called. */
  o?: LoadOptions
  /** Trusted Types policy `atalaya`, where the browser has them. */
  p?: UrlPolicy | undefined
  /** Which URLs the policy passes, once the core is there. */
  ok?(url: string): boolean
  load?(options: LoadOptions): StubApi
}

declare global {
  interface Window {
    Atalaya?: StubApi
  }
}
