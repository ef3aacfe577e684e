export { LiveRequestError, type ShopConnection } from './api.ts'
export { type BackfillOptions, LiveMarket, type LiveOptions, type RingOptions } from './traffic.ts'
