import { openAuditLog } from '../../audit/index.ts'
import { compilePolicy, DEFAULT_POLICY } from '../../policy/index.ts'
import { openSecrets, openSites } from '../../sites/index.ts'
import { type DecisionCommit, openSqliteStore } from '../../store/index.ts'
import { commitOf } from '../../store/testing/decisions.ts'

const FAR_MS = 4_000_000_000_000

/** Fills a data folder with what a service leaves: decisions, a decline, a fraud label, a message, sites and audit. */
export async function fillDataFolder(folder: string, decisions = 3): Promise<void> {
  openSecrets(folder)
  const audit = openAuditLog(folder)
  const { site } = openSites(folder, change => audit.append({ actor: 'service', ...change })).add({
    ...{ name: 'Shop', origins: ['https://shop.example'] },
    ...{ currency: 'PEN', timeZone: 'America/Lima', country: 'PE' },
  })
  audit.checkpoint()
  audit.close()
  const store = await openSqliteStore(folder)
  for (let seq = 1; seq <= decisions; seq++) await store.commit(decisionOf(seq, site.id))
  const { event } = decisionOf(1, site.id).stored.envelope
  const payment = { siteId: site.id, orderId: 'order-1', decisionId: 'dec_1', receivedAtMs: 9_000 }
  const mark = { atMs: 9_000, keys: event.keys }
  await store.commitFollowUp({
    followUp: { ...payment, seq: decisions + 1, type: 'declined', reason: null, occurredAtMs: null },
    mark: { kind: 'decline', ...mark },
  })
  await store.commitFollowUp({
    followUp: {
      ...{ ...payment, seq: decisions + 2, fraud: true, source: 'chargeback', state: null },
      ...{ observedAtMs: null, effectiveAtMs: null },
    },
    mark: { kind: 'fraud', ...mark },
  })
  await store.close()
}

function decisionOf(seq: number, siteId: string): DecisionCommit {
  const { stored } = commitOf(seq)
  const { envelope } = stored
  return commitOfStored(seq, {
    ...stored,
    envelope: {
      ...envelope,
      event: { ...envelope.event, siteId },
      versions: { ...envelope.versions, policy: compilePolicy(DEFAULT_POLICY).version },
    },
  })
}

function commitOfStored(seq: number, stored: DecisionCommit['stored']): DecisionCommit {
  return {
    stored,
    usedToken: { nonceId: `nonce-${seq}`, jti: `jti-${seq}`, expiresAtMs: FAR_MS },
    keptAnswer: null,
    deliveries: [
      {
        ...{ id: `msg_${seq}`, siteId: stored.envelope.event.siteId, endpointId: 'wh_1' },
        ...{ type: 'decision.made', body: '{}', createdAtMs: 2_000 },
      },
    ],
  }
}
