import { CATALOGUE } from '../features/catalogue.ts'
import type { ReasonCode } from './reason-codes.ts'

/** Which features a code sums up, by the beginning of their names; the first that fits counts. */
const GROUPS: readonly [RegExp, ReasonCode][] = [
  [/^trans_amount(_log|_round)?$|^trans_foreign_currency$/, 'amount_unusual'],
  [/^trans_amount_(to_seller|seller)/, 'amount_off_seller'],
  [/^trans_amount_(to_category|category)/, 'amount_off_category'],
  [
    /^(avg_trans_amount(_7d_to_avg)?|max_trans_amount_7d_to_avg|trans_amount_(to_avg|to_median|zscore|to_mean_(7d|30d)|to_card_mean))$/,
    'amount_off_habit',
  ],
  [/^(trans_freq_to_habit|time_since_last_to_habit)$/, 'habit_break'],
  [/^trans_freq$|^(trans_freq|trans_sum)_account_|^time_since_last_trans$/, 'account_velocity'],
  [/^(trans_freq|trans_sum|time_since_last_trans)_card/, 'card_velocity'],
  [
    /^(trans_freq|trans_sum|time_since_last_trans)_bin|_per_bin_|^bin_(first_seen|known_days)$/,
    'bin_velocity',
  ],
  [/^(trans_freq|trans_sum|time_since_last_trans)_(device|visitor|session)/, 'device_velocity'],
  [/^(trans_freq|trans_sum|time_since_last_trans)_(ip|network|asn)/, 'ip_velocity'],
  [/^(trans_freq|trans_sum|time_since_last_trans)_(email|phone|address)/, 'contact_velocity'],
  [
    /^(mature_trans_freq|trans_freq|trans_sum)_seller_|^(accounts|cards)_per_seller_|^seller_known_days$/,
    'seller_velocity',
  ],
  [/^decline_(count|rate)_/, 'declines'],
  [/^(mature_)?fraud_(count|rate)_seller_|_since_fraud_seller$/, 'seller_fraud'],
  [/^fraud_(count|rate)_/, 'fraud_history'],
  [/_per_(email|phone|address)_|^addresses_per_/, 'contact_sharing'],
  [/^(cards_per_|accounts_per_card_|devices_per_card_)/, 'card_sharing'],
  [/^(accounts_per_|devices_per_|ips_per_)/, 'device_sharing'],
  [/^account_(card|device|address|category|asn)_trans_count$|_first_time$/, 'pair_new'],
  [/^account_/, 'account_new'],
  [
    /^(card|device|visitor|ip|network|email|phone|address)_(first_seen|known_days|trans_count)$|^key_state$/,
    'entity_new',
  ],
  [/_mismatch$|^ip_shipping_distance$|^country_count$/, 'place_mismatch'],
  [/^(email_|phone_)/, 'identity_unconfirmed'],
  [/^(cvv_result|avs_result|three_d_secure)$/, 'payment_check'],
  [/^(payment_method|installments|channel|traffic_source|card_brand)$/, 'payment_method'],
  [/^(payment_attempt|session_payment_)/, 'session_payments'],
  [/^basket_/, 'basket'],
  [/^(geo_location|geo_location_time_zone_gap|pickup_point)$/, 'delivery_place'],
  [/^(ip_country|ip_hosting|ip_asn)$/, 'ip_origin'],
  [/^(time_of_day|is_night|day_of_week|is_weekend)/, 'time_unusual'],
  [/^(device_webdriver|device_automation_signs|session_untrusted_events|session_inputs)$/, 'automation'],
  [/^(device_|visitor_confidence$)/, 'device_inconsistent'],
  [/^trans_risk_score$/, 'prescore_high'],
  [/^(token_|nonce_age$|clock_skew$|session_duration_consistent$|key_state_contradiction$)/, 'token_problem'],
]

/** Groups that a feature's name alone would put in the wrong place. */
const EXCEPTIONS: Readonly<Record<string, ReasonCode>> = {
  device_platform_mismatch: 'device_inconsistent',
  device_touch_mismatch: 'device_inconsistent',
  bin_brand_mismatch: 'payment_check',
  trans_freq_seller_to_habit: 'seller_velocity',
  phone_country_mismatch: 'identity_unconfirmed',
}

/** The reason code of every feature of the catalogue; behaviour in the session is what no other group names. */
export const REASON_OF_FEATURE: ReadonlyMap<string, ReasonCode> = new Map(
  CATALOGUE.map(({ name }) => [
    name,
    EXCEPTIONS[name] ?? GROUPS.find(([names]) => names.test(name))?.[1] ?? 'session_behaviour',
  ]),
)
