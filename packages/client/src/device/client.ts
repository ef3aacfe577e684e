import type { PackFiles } from '../pack-files.ts'
import { whenIdle } from '../page/idle.ts'
import type { Session } from '../page/session.ts'
import type { Visitor } from '../token/make.ts'

/** The longest wait for an idle moment before the device pack loads. */
const IDLE_WITHIN_MS = 300

/** Reads the visitor id once a session, when the page is idle; `null` when it cannot be read. Never rejects. */
export function readVisitorOnce(files: PackFiles, session: Session): Promise<Visitor | null> {
  const known = parseVisitor(session.note())
  if (known) return Promise.resolve(known)
  return new Promise(resolve => {
    whenIdle(() => {
      files
        .load('device')
        .then(read => read())
        .then(visitor => {
          session.setNote(`${visitor.id} ${visitor.confidence}`)
          return visitor
        })
        .then(resolve, () => resolve(null))
    }, IDLE_WITHIN_MS)
  })
}

function parseVisitor(note: string): Visitor | null {
  const [, id, confidence] = /^(\w{1,128}) (0|1|0\.\d+)$/.exec(note) ?? []
  return id === undefined ? null : { id, confidence: Number(confidence) }
}
