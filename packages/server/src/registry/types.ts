import type { PreScoreModel } from '@atalaya/client/contract'
import type { Scorer } from '../decide/types.ts'
import type { RecordedEvaluation } from './evaluations.ts'
import type { Manifest } from './manifest.ts'
import type { Promotion, PromotionNote } from './promotions.ts'

/** What one version consists of, each file already checked against the hash its manifest names. */
export interface StoredModel {
  readonly version: string
  readonly manifest: Manifest
  /** The ONNX graph that is served: trees and calibration. */
  readonly onnx: Uint8Array
  /**
   * The trees as XGBoost's own JSON, the source of every other form and of the explanations; null for a model that was
   * imported as ONNX.
   */
  readonly trees: Uint8Array | null
  readonly prescore: PreScoreModel | null
}

/** One line of the list of versions. */
export interface ModelSummary {
  readonly version: string
  readonly aliases: readonly string[]
  readonly manifest: Manifest
}

/** What training hands over to be stored; the registry computes hashes and version. */
export interface ModelArtefacts {
  readonly manifest: Omit<Manifest, 'version' | 'files'>
  readonly onnx: Uint8Array
  readonly trees: Uint8Array | null
  readonly prescore: PreScoreModel | null
  /** The evaluation as a page of its own; kept beside the model but no part of its version. */
  readonly reportHtml?: string
}

/** A folder of immutable model versions and the aliases that point to them. */
export interface ModelRegistry {
  readonly directory: string
  /** Every version with its aliases, newest data first. */
  list(): ModelSummary[]
  /**
   * The version that a version, an unambiguous beginning of one, or an alias stands for.
   *
   * @throws RegistryError `model_unknown` naming what there is
   */
  resolve(name: string): string
  /**
   * Reads a version and checks every file against the hashes of its manifest.
   *
   * @throws RegistryError `model_unknown`, or `model_corrupt` naming the file
   */
  load(name: string): StoredModel
  /** Stores a version whole or not at all; storing the same again changes nothing. Returns the version. */
  add(artefacts: ModelArtefacts): string
  /**
   * Points an alias, by default `champion`, to a version. Gates are the caller's to ask ({@link checkGates}).
   *
   * @param note what the log of promotions keeps; null leaves no trace, for a registry that is being made
   */
  promote(name: string, alias?: string, note?: PromotionNote | null): string
  /**
   * Points an alias back to the version it stood for before.
   *
   * @throws RegistryError `rollback_impossible` when the log knows none, or it was removed
   */
  rollback(alias?: string, note?: PromotionNote): string
  /** Every promotion and rollback, oldest first. */
  promotions(): readonly Promotion[]
  /** What `atalaya evaluate` measured of a version, oldest data first. */
  evaluations(name: string): readonly RecordedEvaluation[]
  /** Keeps an evaluation beside its version; the same history and window again replaces the older one. */
  recordEvaluation(evaluation: RecordedEvaluation): void
  /** Removes a version. @throws RegistryError `model_in_use` while an alias stands for it */
  remove(name: string): string
  /** Removes the versions that no alias stands for. @returns them */
  prune(): readonly string[]
}

/** A model ready to judge: what the service and the replay load. */
export interface EngineModel {
  readonly version: string
  readonly manifest: Manifest
  /** Scores by ONNX Runtime; explains by exact TreeSHAP in a worker, or by ablation where there are no trees. */
  readonly scorer: Scorer
  readonly prescore: PreScoreModel | null
  /** Ends the worker. */
  close(): Promise<void>
}
