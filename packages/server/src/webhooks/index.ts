export { type Dispatcher, startDispatcher } from './dispatcher.ts'
export {
  endpointFault,
  newEndpointId,
  newWebhookSecret,
  WEBHOOK_TYPES,
  type WebhookEndpoint,
  WebhookEndpointSchema,
  type WebhookType,
} from './endpoint.ts'
export { deliveriesFor } from './message.ts'
