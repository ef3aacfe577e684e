import { createHash } from 'node:crypto'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { contentHash } from '../base/content-hash.ts'
import { CalibrationSchema } from '../model/calibration.ts'
import { RegistryError } from './errors.ts'
import {
  DistributionsSchema,
  EstimateSchema,
  FeatureImportanceSchema,
  PolicyTermsSchema,
  PreScoreGainSchema,
} from './measures.ts'

export const MODEL_FORMAT = 'atalaya-model/1'

const share = Type.Number({ minimum: 0, maximum: 1 })
const sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' })
const strict = { additionalProperties: false } as const
const parameter = Type.Union([Type.Number(), Type.String()])

/** A slice of the data in time. `knownAtMs`: labels observed later were unknown to whoever used it. */
export const WindowSchema = Type.Object(
  {
    fromMs: Type.Integer(),
    toMs: Type.Integer(),
    rows: Type.Integer(),
    frauds: Type.Integer(),
  },
  strict,
)

/**
 * The largest differences between the served model and the library it comes from, each row compared also with values
 * missing. `contributions` is null where that library has none.
 */
const ParitySchema = Type.Object(
  {
    against: Type.String(),
    rows: Type.Integer({ minimum: 1 }),
    margin: Type.Union([Type.Number(), Type.Null()]),
    probability: Type.Number(),
    contributions: Type.Union([Type.Number(), Type.Null()]),
  },
  strict,
)
export type Parity = Static<typeof ParitySchema>

/** Of a model that was trained elsewhere: the file it came in, and its own names of our columns where they differ. */
const OriginSchema = Type.Object(
  {
    format: Type.Union([Type.Literal('xgboost-json'), Type.Literal('onnx')]),
    sha256,
    producer: Type.String(),
    renamed: Type.Record(Type.String(), Type.String()),
  },
  strict,
)

/**
 * How reasons are made where TreeSHAP cannot be: by setting one column at a time to its reference value, the median
 * of the rows that calibrated the model (null: missing).
 */
const ReasonsSchema = Type.Object(
  {
    method: Type.Literal('ablation'),
    reference: Type.Array(Type.Union([Type.Number(), Type.Null()])),
  },
  strict,
)

/**
 * What a model is and where it comes from. Nothing in it depends on when or where it was made: the same data, seed
 * and XGBoost version give the same bytes. Times are times of the data.
 *
 * @property version the content hash of this manifest with `version` and
 *   `metadata.model_version` empty; `files` binds the content of every file
 * @property files SHA-256 of the content of each file (of `trees.json` before compression)
 * @property columns the model's inputs in the order of a row
 * @property features the declared features behind the columns, with the version of their definition
 * @property windows slices of the data by time; `labelsKnownAtMs` is the moment training stands at: it knew no label
 *   observed later
 * @property metrics measured on the test window, at `threshold` where they need one
 * @property importance per column: share of the total gain, and mean absolute SHAP value in log-odds
 * @property featureImportance the same per feature, with permutation importance
 * @property leakage features whose average precision alone comes suspiciously close to the model's
 * @property distributions what drift is told by
 * @property policy what profit was measured with
 * @property parity how close the served file is to its source; of a version without it training's own gate says so
 * @property origin where a model that was not trained here comes from
 * @property reasons left out where exact TreeSHAP makes them
 * @property metadata the same under the names of the commission's record
 */
export const ManifestSchema = Type.Object(
  {
    format: Type.Literal(MODEL_FORMAT),
    version: Type.String({ pattern: '^[0-9a-f]{32}$' }),
    files: Type.Record(Type.String(), sha256),
    columns: Type.Array(Type.String(), { minItems: 1 }),
    catalogueVersion: Type.String(),
    features: Type.Array(Type.Object({ name: Type.String(), version: Type.Integer() }, strict)),
    engine: Type.Object(
      {
        library: Type.Union([Type.Literal('xgboost'), Type.Literal('onnx')]),
        version: Type.String(),
        params: Type.Record(Type.String(), parameter),
        rounds: Type.Integer({ minimum: 0 }),
        seed: Type.Integer(),
        imbalance: Type.Optional(
          Type.Record(Type.String(), parameter, {
            description: 'How the rarity of fraud was treated in training; absent when it was not',
          }),
        ),
      },
      strict,
    ),
    site: Type.Object({ timeZone: Type.String(), currency: Type.String(), country: Type.String() }, strict),
    data: Type.Object(
      {
        sha256,
        sourceType: Type.String(),
        rows: Type.Integer(),
        frauds: Type.Integer(),
        fromMs: Type.Integer(),
        toMs: Type.Integer(),
      },
      strict,
    ),
    windows: Type.Object(
      {
        labelsKnownAtMs: Type.Integer(),
        maturityDays: Type.Number(),
        train: WindowSchema,
        validation: WindowSchema,
        calibration: WindowSchema,
        test: WindowSchema,
      },
      strict,
    ),
    calibration: CalibrationSchema,
    threshold: Type.Object({ probability: share, chosenBy: Type.String() }, strict),
    metrics: Type.Record(Type.String(), EstimateSchema),
    oracle: Type.Union([
      Type.Null(),
      Type.Object({ averagePrecision: EstimateSchema, share: EstimateSchema }, strict),
    ]),
    importance: Type.Array(
      Type.Object({ column: Type.String(), gain: Type.Number(), meanAbsShap: Type.Number() }, strict),
    ),
    featureImportance: Type.Optional(Type.Array(FeatureImportanceSchema)),
    leakage: Type.Array(Type.String()),
    distributions: Type.Optional(DistributionsSchema),
    policy: Type.Optional(PolicyTermsSchema),
    parity: Type.Optional(ParitySchema),
    origin: Type.Optional(OriginSchema),
    reasons: Type.Optional(ReasonsSchema),
    prescore: Type.Union([
      Type.Null(),
      Type.Object(
        {
          id: Type.String(),
          averagePrecision: EstimateSchema,
          fittedBy: Type.String(),
          gain: Type.Optional(PreScoreGainSchema),
        },
        strict,
      ),
    ]),
    metadata: Type.Object(
      {
        source_data_id: Type.String(),
        extraction_timestamp: Type.String(),
        source_type: Type.String(),
        user_id: Type.String({ description: 'The field of the source records that tells users apart' }),
        session_id: Type.String({ description: 'The field of the source records that tells sessions apart' }),
        model_version: Type.String(),
        precision: share,
        recall: share,
        f1_score: share,
        features: Type.Array(
          Type.Object({ feature_name: Type.String(), importance_score: Type.Number() }, strict),
        ),
      },
      strict,
    ),
  },
  strict,
)
export type Manifest = Static<typeof ManifestSchema>

const compiled = Compile(ManifestSchema)

/** SHA-256 in hex. */
export function sha256Hex(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex')
}

/** The version a manifest must carry. */
export function versionOf(manifest: Omit<Manifest, 'version'>): string {
  const { metadata, ...rest } = manifest
  const hashed = { ...rest, version: '', metadata: { ...metadata, model_version: '' } }
  return contentHash(hashed)
}

/**
 * Reads a manifest and checks that its content is what its version says.
 *
 * @throws RegistryError `model_corrupt` naming the file and the fault
 */
export function parseManifest(text: string, file: string): Manifest {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw corrupt(file, 'is not JSON', cause)
  }
  if (!compiled.Check(value)) {
    const [fault] = compiled.Errors(value)
    throw corrupt(
      file,
      `does not fit the manifest schema at ${fault?.instancePath || '/'}: ${fault?.message ?? ''}`,
    )
  }
  if (versionOf(value) !== value.version)
    throw corrupt(file, `was changed: it is not version ${value.version}`)
  return value
}

/** The fault of a file that is not what it should be. */
export function corrupt(file: string, what: string, cause?: unknown): RegistryError {
  return new RegistryError(
    'model_corrupt',
    `${file} ${what}`,
    'Train or copy the version again; files of a version are never edited.',
    { cause },
  )
}
