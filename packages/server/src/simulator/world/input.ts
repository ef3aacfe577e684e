import type { Signals } from '@atalaya/client/contract'
import type { Device } from './devices.ts'
import type { Pattern } from './manners.ts'
import type { Random } from './random.ts'
import type { Visit } from './visit.ts'

/** What hands did on the pages of a visit. */
export function playInput(
  rng: Random,
  device: Device,
  visit: Visit,
  pattern: Pattern,
  pages: number,
): Signals {
  if (visit.manner === 'scripted') return scriptedInput(rng, visit)
  const touch = device.touchPoints > 0
  const clicks = pages + rng.poisson(8)
  const autofilled = rng.chance(pattern.autofill) ? 2 + rng.poisson(3) : 0
  const typed = rng.poisson(pattern.typedFields * (autofilled > 0 ? 0.5 : 1))
  const pasted = rng.poisson(0.15) + (visit.pastesCard ? 1 + rng.poisson(0.8) : 0)
  const keys = typed * (4 + rng.poisson(7))
  const meanMs = rng.logNormal(touch ? 240 : 175, 0.3) * Math.sqrt(visit.pace)
  const moves = touch ? 0 : 30 + rng.poisson(20) * pages
  return {
    untrusted_events: Number(rng.chance(0.02)),
    pointer_moves: moves,
    pointer_distance_px: moves * rng.between(18, 60),
    click_count: clicks,
    clicks_without_move: touch ? clicks : Number(rng.chance(0.05)),
    scroll_count: rng.poisson(4 * Math.sqrt(pages)) + 1,
    touch_count: touch ? clicks + rng.poisson(12) : 0,
    key_count: keys,
    key_interval_mean_ms: keys > 1 ? meanMs : null,
    key_interval_sd_ms: keys > 2 ? meanMs * rng.between(0.4, 0.9) : null,
    key_corrections: rng.poisson(keys * 0.03),
    fields_typed: typed,
    fields_pasted: pasted,
    fields_autofilled: autofilled,
    card_pasted: Number(visit.pastesCard),
  }
}

/** Scripts set values and dispatch events; the better ones send evenly timed keys. */
function scriptedInput(rng: Random, visit: Visit): Signals {
  const types = rng.chance(0.4)
  const keys = types ? rng.integer(30, 60) : 0
  const clicks = rng.integer(1, 4)
  return {
    untrusted_events: rng.chance(0.5) ? rng.poisson(9) : 0,
    pointer_moves: rng.chance(0.75) ? 0 : rng.integer(1, 4),
    pointer_distance_px: 0,
    click_count: clicks,
    clicks_without_move: clicks,
    scroll_count: Number(rng.chance(0.2)),
    touch_count: 0,
    key_count: keys,
    key_interval_mean_ms: types ? rng.between(4, 40) : null,
    key_interval_sd_ms: types ? rng.between(0, 6) : null,
    key_corrections: 0,
    fields_typed: types ? 5 : 0,
    fields_pasted: Number(visit.pastesCard),
    fields_autofilled: 0,
    card_pasted: Number(visit.pastesCard),
  }
}

/** What hands did since the last attempt: mostly the card once more, typed or pasted. */
export function moreInput(rng: Random, device: Device, visit: Visit, before: Signals): Signals {
  const had = (name: keyof Signals) => before[name] ?? 0
  const touch = device.touchPoints > 0
  const clicks = 1 + rng.poisson(2)
  const typed = visit.pastesCard ? rng.poisson(0.3) : rng.chance(0.6) ? 1 + rng.poisson(1) : 0
  const keys = typed * (4 + rng.poisson(7))
  const allKeys = had('key_count') + keys
  const moves = touch ? 0 : 8 + rng.poisson(15)
  const meanMs = before.key_interval_mean_ms ?? rng.logNormal(touch ? 240 : 175, 0.3) * Math.sqrt(visit.pace)
  return {
    pointer_moves: had('pointer_moves') + moves,
    pointer_distance_px: had('pointer_distance_px') + moves * rng.between(18, 60),
    click_count: had('click_count') + clicks,
    clicks_without_move: had('clicks_without_move') + (touch ? clicks : 0),
    scroll_count: had('scroll_count') + rng.poisson(1),
    touch_count: touch ? had('touch_count') + clicks + rng.poisson(3) : 0,
    key_count: allKeys,
    key_interval_mean_ms: allKeys > 1 ? meanMs : null,
    key_interval_sd_ms: allKeys > 2 ? (before.key_interval_sd_ms ?? meanMs * rng.between(0.4, 0.9)) : null,
    key_corrections: had('key_corrections') + rng.poisson(keys * 0.03),
    fields_typed: had('fields_typed') + typed,
    fields_pasted: had('fields_pasted') + Number(visit.pastesCard),
    card_pasted: Math.max(had('card_pasted'), Number(visit.pastesCard)),
  }
}
