import { Worker } from 'node:worker_threads'
import { AtalayaError } from '../../base/errors.ts'
import { siblingModule } from '../../base/sibling.ts'
import { FEATURE_LIST } from './feature-values.ts'
import type { WriterData, WriterReply, WriterRequest } from './messages.ts'

/** The writer's thread, seen from the service. */
export interface WriterThread {
  ask(request: WriterRequest): Promise<void>
}

/**
 * Starts the writer and waits until its database is open.
 *
 * @throws {AtalayaError} what {@link storeFault} makes of a database that cannot be opened
 */
export async function startWriter(path: string): Promise<WriterThread> {
  const workerData: WriterData = { path, featureList: FEATURE_LIST }
  const worker = new Worker(siblingModule(import.meta.url, 'writer'), { workerData })
  const open: { resolve: () => void; reject: (error: Error) => void }[] = []
  let dead: Error | undefined

  const settle = (reply: WriterReply) => {
    const next = open.shift()
    if (reply.kind === 'fault') next?.reject(new AtalayaError(reply.code, reply.message, reply.mend))
    else next?.resolve()
  }
  const die = (cause?: unknown) => {
    dead = new AtalayaError('store_failed', `the writer of ${path} ended`, 'Start the service again.', {
      cause,
    })
    for (const { reject } of open.splice(0)) reject(dead)
  }
  worker.on('message', settle)
  worker.on('error', die)
  worker.on('exit', () => die())

  const wait = () =>
    new Promise<void>((resolve, reject) => {
      if (dead) reject(dead)
      else open.push({ resolve, reject })
    })
  try {
    await wait()
  } catch (error) {
    await worker.terminate()
    throw error
  }
  return {
    ask: request => {
      const answer = wait()
      if (!dead) worker.postMessage(request)
      return answer
    },
  }
}
