import type { Sites } from '../../sites/index.ts'
import type { DecisionReader } from '../../store/index.ts'
import { authenticate } from '../auth.ts'
import { type Handler, json } from '../exchange.ts'
import { Problem } from '../problem.ts'
import { toAnswer } from '../verify/answer.ts'

/** `GET /v1/decisions/{id}`: a decision of the caller's site with everything that it was made from. */
export function decisionHandler(sites: Sites, reader: DecisionReader): Handler {
  return request => {
    const site = authenticate(sites, request)
    const stored = reader.get(request.params['id'] ?? '')
    if (stored?.envelope.event.siteId !== site.id) throw new Problem('decision_unknown')
    return json({ ...stored, answer: toAnswer(stored) })
  }
}
