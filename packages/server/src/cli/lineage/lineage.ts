import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AtalayaError } from '../../base/errors.ts'
import { openRegistry } from '../../registry/index.ts'
import { openStoredDecisions } from '../../store/index.ts'
import { decisionLineage } from './decision.ts'
import { modelLineage } from './model.ts'
import type { LineageNode } from './tree.ts'

/** Decision ids begin so; versions and aliases never do. */
const DECISION = /^dec_/

/**
 * What a decision or a model came from. Only reads, so it works beside a running service.
 *
 * @throws AtalayaError `decision_unknown`, `store_missing`, `model_unknown`
 */
export function lineageOf(
  name: string,
  { dataDir, modelDir }: { readonly dataDir: string; readonly modelDir: string },
): LineageNode {
  const registry = openRegistry(modelDir)
  if (!DECISION.test(name)) {
    const { manifest, version } = registry.load(name)
    // A model can be asked about where no service has run yet.
    if (!existsSync(join(dataDir, 'atalaya.sqlite'))) return modelLineage(registry, manifest)
    return read(dataDir, reader =>
      modelLineage(registry, manifest, { use: reader.decisionsOfModel(version) }),
    )
  }
  return read(dataDir, reader => {
    const stored = reader.get(name)
    if (!stored)
      throw new AtalayaError(
        'decision_unknown',
        `there is no decision ${name} in ${dataDir}`,
        'Take the id from the answer of /v1/verify, or name another folder with --data.',
      )
    const { siteId, id } = stored.envelope.event
    return decisionLineage(stored, reader.followUps(siteId, id), registry)
  })
}

function read<T>(dataDir: string, ask: (reader: ReturnType<typeof openStoredDecisions>) => T): T {
  const reader = openStoredDecisions(dataDir)
  try {
    return ask(reader)
  } finally {
    reader.close()
  }
}
