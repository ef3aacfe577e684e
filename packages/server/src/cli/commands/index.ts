import type { Command } from 'commander'
import { addAudit } from './audit.ts'
import { addDemo } from './demo.ts'
import { addEvaluate } from './evaluate.ts'
import { addExplain } from './explain.ts'
import { addExport } from './export.ts'
import { addImport } from './import.ts'
import { addLineage } from './lineage.ts'
import { addModels } from './models.ts'
import { addQuality } from './quality.ts'
import { addReplay } from './replay.ts'
import { addServe } from './serve.ts'
import { addSimulate } from './simulate.ts'
import { addSites } from './sites.ts'
import { addStore } from './store.ts'
import { addTrain } from './train.ts'
import { addTune } from './tune.ts'
import { addWebhooks } from './webhooks.ts'

/** Adds one command to the program; its work is imported only when it runs. */
export type AddCommand = (program: Command) => void

/** Every command of `atalaya`, in the order of the help text. */
export const COMMANDS: readonly AddCommand[] = [
  addDemo,
  addServe,
  addSites,
  addWebhooks,
  addAudit,
  addStore,
  addReplay,
  addSimulate,
  addImport,
  addQuality,
  addTrain,
  addTune,
  addEvaluate,
  addExplain,
  addModels,
  addLineage,
  addExport,
]
