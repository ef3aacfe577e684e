import { contentHash } from '../../base/content-hash.ts'
import type { FollowUps } from '../../events/lifecycle.ts'
import { CATALOGUE, CATALOGUE_VERSION } from '../../features/index.ts'
import { type ModelRegistry, RegistryError } from '../../registry/index.ts'
import type { StoredDecision } from '../../store/index.ts'
import { modelLineage } from './model.ts'
import { type LineageNode, timeText } from './tree.ts'

/** A decision, what became known of its order, and all that it came from. Whoever the shopper is stays a pseudonym. */
export function decisionLineage(
  { id, seq, envelope, decision, tokenDetail }: StoredDecision,
  { events, labels }: FollowUps,
  registry: ModelRegistry,
): LineageNode {
  const { event, versions, degraded, site } = envelope
  return {
    what: `decision ${id}`,
    facts: {
      outcome: decision.decision,
      score: decision.score,
      'expected loss, minor': decision.expectedLossMinor,
      'place in the order of arrival': seq,
      degraded: degraded.join(', ') || null,
    },
    from: [
      ...labels.map(({ fraud, source, state, observedAtMs, effectiveAtMs, receivedAtMs }) => ({
        what: `label ${fraud ? 'fraud' : 'not fraud'}`,
        facts: {
          source,
          state,
          'effective at': timeText(effectiveAtMs),
          'observed at': timeText(observedAtMs),
          'received at': timeText(receivedAtMs),
        },
        from: [],
      })),
      ...events.map(({ type, reason, occurredAtMs, receivedAtMs }) => ({
        what: `event ${type}`,
        facts: { reason, 'occurred at': timeText(occurredAtMs), 'received at': timeText(receivedAtMs) },
        from: [],
      })),
      {
        what: `order ${event.id}`,
        facts: {
          site: event.siteId,
          amount: `${event.amountMinor} minor units of ${event.currency}`,
          'placed at': timeText(event.atMs),
          'received at': timeText(event.receivedAtMs),
          envelope: contentHash(envelope),
          shop: `${site.country}, ${site.currency}, ${site.timeZone}`,
          ...event.keys,
        },
        from: [
          {
            what: `token ${event.session.status}`,
            facts: {
              detail: tokenDetail,
              'device key': event.keys.device ?? null,
              'key state': event.session.keyState,
              'pre-score': event.session.serverPrescore,
              'pre-score network': event.session.prescoreModel,
            },
            from: [],
          },
        ],
      },
      {
        what: `features ${versions.features}`,
        facts: {
          values: Object.keys(decision.features).length,
          versions:
            versions.features === CATALOGUE_VERSION
              ? CATALOGUE.filter(({ name }) => Object.hasOwn(decision.features, name))
                  .map(({ name, version }) => `${name}@${version}`)
                  .join(' ')
              : 'those of another build',
        },
        from: [],
      },
      {
        what: `rules ${versions.rules}`,
        facts: { fired: decision.rules.map(rule => rule.id).join(', ') || 'none' },
        from: [],
      },
      { what: `policy ${versions.policy}`, facts: {}, from: [] },
      modelNode(registry, versions.model, event.receivedAtMs),
    ],
  }
}

/** The model that made it, also where it was removed since or there was none. */
function modelNode(registry: ModelRegistry, version: string, atMs: number): LineageNode {
  if (version === 'none')
    return { what: 'no model: rules and the fallback of the policy decided', facts: {}, from: [] }
  try {
    return modelLineage(registry, registry.load(version).manifest, { atMs })
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'model_unknown')
      return { what: `model ${version}`, facts: { note: `no longer in ${registry.directory}` }, from: [] }
    throw error
  }
}
