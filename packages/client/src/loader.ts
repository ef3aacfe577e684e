import { type Agent, createAgent, inertAgent } from './agent.ts'
import { type LazyFiles, type LazyParts, takeFile } from './files.ts'
import { type LoadOptions, resolveOptions } from './options.ts'
import { quietly } from './page/scope.ts'
import { isOwnUrl, loadScript, scriptUrl, takeStubPolicy } from './page/trusted.ts'
import type { QueuedCall, StubApi } from './queue.ts'
import { QUEUE_VERSION, VERSION } from './version.ts'

/**
 * The script tag's core: takes over the stub's object, so that references to it stay good, and does what was queued
 * while it loaded. Without a stub it makes that object.
 */
function takeOver(): void {
  const nonce = (document.currentScript as HTMLScriptElement | null)?.nonce
  const api: StubApi = window.Atalaya ?? { v: QUEUE_VERSION, q: [] }
  window.Atalaya = api
  if (api.ok) return
  api.ok = isOwnUrl
  takeStubPolicy(api.p)
  let agent: Agent | undefined
  const waiting = api.q.splice(0)
  const run = (call: QueuedCall) => {
    if (!agent) {
      waiting.push(call)
      return
    }
    const [method, args, settle] = call
    Promise.resolve(Reflect.apply(agent[method], agent, args)).then(settle, settle)
  }
  // What was taken from the stub before now (`const { token } = Atalaya`) goes on to push here.
  api.q.push = call => {
    run(call)
    return 0
  }
  api.load = options => {
    if (!agent) {
      agent = loadAgent(options ?? {}, api.v, nonce)
      Object.assign(api, agent)
      waiting.splice(0).forEach(run)
    }
    return api
  }
  if (api.o) api.load(api.o)
}

function loadAgent(options: LoadOptions, stubVersion: string, nonce: string | undefined): Agent {
  const resolved =
    stubVersion === QUEUE_VERSION ? resolveOptions(options, location.href) : `renew the stub ${stubVersion}`
  if (typeof resolved === 'string') {
    console.warn(`Atalaya: ${resolved}`)
    return inertAgent()
  }
  // By version: such a file never changes, so browsers keep it, and it is of this core's version.
  const fileUrl = (name: keyof LazyParts) => {
    const given = { 'prescore-worker': options.workerUrl, device: options.deviceUrl }[name as string]
    return given ? new URL(given, location.href).href : `${resolved.baseUrl}/sdk/${VERSION}/${name}.js`
  }
  const files: LazyFiles = {
    openWorker: () => new Worker(scriptUrl(fileUrl('prescore-worker'))),
    load: name => loadScript(fileUrl(name), nonce).then(() => takeFile(name)),
  }
  return createAgent(resolved, files)
}

quietly(takeOver)
