import { startAccountTakeover, TAKEOVER_PAYMENTS } from './attacks/account-takeover.ts'
import {
  BOT_PAYMENTS,
  MANUAL_PAYMENTS,
  startCardTestingBot,
  startCardTestingManual,
} from './attacks/card-testing.ts'
import { RING_PAYMENTS, startDeviceRing } from './attacks/device-ring.ts'
import { FRIENDLY_PAYMENTS, startFriendlyFraud } from './attacks/friendly-fraud.ts'
import { COLLUSION_PAYMENTS, startSellerCollusion } from './attacks/seller-collusion.ts'
import { STOLEN_CARD_PAYMENTS, startStolenCard } from './attacks/stolen-card.ts'
import type { Drift } from './drift/drift.ts'
import type { Attack } from './drift/scenario.ts'
import type { Style } from './drift/style.ts'
import { CARD_TROUBLE_PAYMENTS, startCardTrouble } from './lookalikes/card-trouble.ts'
import { NEW_CIRCUMSTANCES_PAYMENTS, startNewCircumstances } from './lookalikes/new-circumstances.ts'
import { PROMOTION_PAYMENTS, startPromotion } from './lookalikes/promotion.ts'
import {
  CYBERCAFE_PAYMENTS,
  KIOSK_PAYMENTS,
  RESELLER_PAYMENTS,
  startCybercafe,
  startKiosk,
  startReseller,
} from './lookalikes/shared-machine.ts'
import { startUnluckyShopper, UNLUCKY_PAYMENTS } from './lookalikes/unlucky-shopper.ts'
import { Campaigns } from './world/campaign.ts'
import type { World } from './world/world.ts'

/**
 * Something that happens in the market now and then.
 *
 * @property share of all payments
 * @property payments mean number of payments of one
 */
interface Episode<Name extends string, Start> {
  readonly name: Name
  readonly share: number
  readonly payments: number
  readonly start: Start
}

type AttackEpisode = Episode<Attack, (world: World, atMs: number, style: Style) => void>
type Lookalike = Episode<string, (world: World, atMs: number) => void>

const ATTACK_EPISODES: readonly AttackEpisode[] = [
  { name: 'card_testing_bot', share: 0.006, payments: BOT_PAYMENTS, start: startCardTestingBot },
  { name: 'card_testing_manual', share: 0.002, payments: MANUAL_PAYMENTS, start: startCardTestingManual },
  { name: 'device_ring', share: 0.005, payments: RING_PAYMENTS, start: startDeviceRing },
  { name: 'stolen_card', share: 0.007, payments: STOLEN_CARD_PAYMENTS, start: startStolenCard },
  { name: 'account_takeover', share: 0.0022, payments: TAKEOVER_PAYMENTS, start: startAccountTakeover },
  { name: 'friendly_fraud', share: 0.0016, payments: FRIENDLY_PAYMENTS, start: startFriendlyFraud },
  { name: 'seller_collusion', share: 0.0025, payments: COLLUSION_PAYMENTS, start: startSellerCollusion },
]
const LOOKALIKES: readonly Lookalike[] = [
  { name: 'card_trouble', share: 0.009, payments: CARD_TROUBLE_PAYMENTS, start: startCardTrouble },
  { name: 'cybercafe', share: 0.016, payments: CYBERCAFE_PAYMENTS, start: startCybercafe },
  { name: 'kiosk', share: 0.01, payments: KIOSK_PAYMENTS, start: startKiosk },
  { name: 'reseller', share: 0.008, payments: RESELLER_PAYMENTS, start: startReseller },
  {
    ...{ name: 'new_circumstances', share: 0.012 },
    ...{ payments: NEW_CIRCUMSTANCES_PAYMENTS, start: startNewCircumstances },
  },
  { name: 'unlucky_shopper', share: 0.008, payments: UNLUCKY_PAYMENTS, start: startUnluckyShopper },
  { name: 'promotion', share: 0.012, payments: PROMOTION_PAYMENTS, start: startPromotion },
]

/** Share of all payments that belongs to episodes, before any drift. */
export const EPISODE_SHARE = [...ATTACK_EPISODES, ...LOOKALIKES].reduce((sum, { share }) => sum + share, 0)

/** Lets attacks and their honest twins begin, `perDay` being all payments of an ordinary day. */
export function startEpisodes(world: World, startMs: number, perDay: number, drift: Drift): void {
  for (const { name, share, payments, start } of ATTACK_EPISODES) {
    const rate = {
      perDay: (atMs: number) => (perDay * drift.share(name, share, atMs)) / payments,
      nextChange: (atMs: number) => drift.nextChange(name, atMs),
    }
    begin(world, startMs, new Campaigns(world, name, rate, (w, at) => start(w, at, drift.style(name, at))))
  }
  for (const { name, share, payments, start } of LOOKALIKES) {
    const rate = { perDay: () => (perDay * share) / payments, nextChange: () => Number.POSITIVE_INFINITY }
    begin(world, startMs, new Campaigns(world, name, rate, start))
  }
}

function begin(world: World, startMs: number, campaigns: Campaigns): void {
  const firstMs = campaigns.next(startMs)
  if (firstMs !== null) world.spawn(firstMs, campaigns)
}
