import type { Rule } from './rule.ts'

const rule = (id: string, action: Rule['action'], when: string, description: string): Rule => ({
  id,
  description,
  when,
  action,
  enabled: true,
})

/**
 * The rules of a new installation. None reads consent, and none fires on a missing token: without signals the score
 * and the shop's own history decide. Tampering asks for a proof or a second look, it never denies by itself, since a
 * broken integration looks the same.
 */
export const DEFAULT_RULES: readonly Rule[] = [
  rule(
    'token_forged',
    'review',
    'token.status in ["bad_signature", "prescore_mismatch"]',
    'The behaviour token was altered after it was made',
  ),
  rule(
    'token_reused',
    'challenge',
    'token.status in ["replayed", "order_mismatch", "origin_mismatch"]',
    'The behaviour token was made for another order, or was used before',
  ),
  rule(
    'automated_checkout',
    'challenge',
    'features.device_webdriver || features.device_automation_signs >= 2',
    'The browser is driven by a program',
  ),
  rule(
    'scripted_input',
    'challenge',
    'features.session_untrusted_events >= 3 && features.session_duration < 10',
    'A session of seconds whose input came from a script',
  ),
  rule(
    'no_input',
    'challenge',
    // Events that a script of the page made up count among both.
    'features.session_inputs == 0 || features.session_inputs <= features.session_untrusted_events',
    'An order without one click, touch or key press of a person: a script sent it',
  ),
  rule(
    'card_testing_device',
    'deny',
    'features.cards_per_device_24h >= 5 && features.decline_count_device_24h >= 4',
    'One device tries many cards and most are declined',
  ),
  rule(
    'card_testing_ip',
    'review',
    'features.cards_per_ip_1h >= 6 && features.decline_count_ip_1h >= 5',
    'One address tries many cards within the hour and most are declined; a shared network can look alike',
  ),
  rule(
    'card_declined_repeatedly',
    'challenge',
    'features.decline_count_card_1h >= 3 || features.decline_count_account_1h >= 4',
    'The card or the account was declined again and again within the hour',
  ),
  rule(
    'known_fraud_card',
    'review',
    'features.fraud_count_card_90d >= 1',
    'The card paid for a fraud that has been confirmed; its owner may still be using it',
  ),
  rule(
    'known_fraud_device',
    'challenge',
    'features.fraud_count_device_90d >= 1',
    'The device made an order that turned out to be fraud; others may share it',
  ),
  rule(
    'device_farm',
    'review',
    'features.accounts_per_device_24h >= 5',
    'One device orders from many accounts within a day',
  ),
  rule(
    'three_d_secure_failed',
    'review',
    'features.three_d_secure == "failed"',
    'The shopper did not pass 3-D Secure',
  ),
]
