import { Compile } from 'typebox/compile'
import { EventRequestSchema, LabelRequestSchema } from '../../events/lifecycle.ts'
import type { Sites } from '../../sites/index.ts'
import { authenticate } from '../auth.ts'
import { jsonBody } from '../body.ts'
import { type Handler, json } from '../exchange.ts'
import { toldEvent, toldLabel } from '../follow-ups/answer.ts'
import type { FollowUpRecorder } from '../follow-ups/recorder.ts'

const eventSchema = Compile(EventRequestSchema)
const labelSchema = Compile(LabelRequestSchema)

/** `POST /v1/events`: what happened to a payment after its decision. */
export function eventsHandler(sites: Sites, recorder: FollowUpRecorder): Handler {
  return async request => {
    const site = authenticate(sites, request)
    const { event, repeated } = await recorder.event(site, jsonBody(request, eventSchema))
    return json({ ...toldEvent(event), repeated })
  }
}

/** `POST /v1/labels`: whether a payment was fraud. */
export function labelsHandler(sites: Sites, recorder: FollowUpRecorder): Handler {
  return async request => {
    const site = authenticate(sites, request)
    const { label, labels, repeated } = await recorder.label(site, jsonBody(request, labelSchema))
    return json({ ...toldLabel(label, labels), repeated })
  }
}
