import type { Sites } from '../../sites/index.ts'
import type { DecisionReader } from '../../store/index.ts'
import { authenticate } from '../auth.ts'
import { decisionPage, wantedPage } from '../decisions/list.ts'
import { type Handler, json } from '../exchange.ts'
import { toldFollowUps } from '../follow-ups/answer.ts'
import { Problem } from '../problem.ts'
import { toAnswer } from '../verify/answer.ts'

/** `GET /v1/decisions/{id}`: a decision of the caller's site, all that it was made from, what became of its order. */
export function decisionHandler(sites: Sites, reader: DecisionReader): Handler {
  return request => {
    const site = authenticate(sites, request)
    const stored = reader.get(request.params['id'] ?? '')
    if (stored?.envelope.event.siteId !== site.id) throw new Problem('decision_unknown')
    const followUps = reader.followUps(site.id, stored.envelope.event.id)
    return json({ ...stored, answer: toAnswer(stored), ...toldFollowUps(followUps) })
  }
}

/** `GET /v1/decisions`: the decisions of the caller's site, newest first, page by page. */
export function decisionsHandler(sites: Sites, reader: DecisionReader): Handler {
  return request => {
    const site = authenticate(sites, request)
    const { limit, filter, ...place } = wantedPage(request)
    return json(decisionPage(reader.list({ ...filter, ...place, siteId: site.id, limit: limit + 1 }), limit))
  }
}
