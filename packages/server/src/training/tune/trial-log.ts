import { closeSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { canonicalJson } from '../../base/content-hash.ts'
import { TrainingError } from '../errors.ts'
import { FoldFiguresSchema } from './figures.ts'
import { ParametersSchema } from './parameters.ts'
import { SpaceSchema } from './space.ts'

const strict = { additionalProperties: false } as const

/** What a log's figures depend on: its first line. */
export const RunSchema = Type.Object(
  {
    kind: Type.Literal('run'),
    format: Type.Literal('atalaya-tune/1'),
    dataSha256: Type.String(),
    catalogueVersion: Type.String(),
    xgboostVersion: Type.String(),
    folds: Type.Object(
      {
        window: Type.String(),
        maturityDays: Type.Number(),
        validationShare: Type.Number(),
        calibrationShare: Type.Number(),
        trainedAtMs: Type.Array(Type.Number()),
        judgedRows: Type.Array(Type.Integer()),
      },
      strict,
    ),
    strategy: Type.String(),
    space: SpaceSchema,
    base: ParametersSchema,
    seed: Type.Integer(),
    maxRounds: Type.Integer(),
    /** Of halving, where the number of trials decides who survives. */
    trials: Type.Optional(Type.Integer()),
  },
  strict,
)
export type Run = Static<typeof RunSchema>

/** One setting on one rung, judged by every fold. */
export const TrialSchema = Type.Object(
  {
    kind: Type.Literal('trial'),
    trial: Type.Integer({ minimum: 0 }),
    rung: Type.Integer({ minimum: 0 }),
    rowShare: Type.Number(),
    parameters: ParametersSchema,
    folds: Type.Array(FoldFiguresSchema),
    seconds: Type.Number(),
  },
  strict,
)
export type Trial = Static<typeof TrialSchema>

const checkRun = Compile(RunSchema)
const checkTrial = Compile(TrialSchema)

/** What each part of a run is called when it differs. */
const WORDS: Readonly<Record<keyof Run, string>> = {
  kind: 'kind',
  format: 'format',
  dataSha256: 'data',
  catalogueVersion: 'feature catalogue',
  xgboostVersion: 'XGBoost version',
  folds: 'folds',
  strategy: 'strategy',
  space: 'space',
  base: 'base parameters',
  seed: 'seed',
  maxRounds: 'most trees',
  trials: 'number of trials',
}

/**
 * The trials of a run as lines of JSON, each on disk before the next begins: whatever ends the process, the same
 * command goes on from here.
 */
export class TrialLog {
  readonly #file: string
  readonly #done = new Map<string, Trial>()

  private constructor(file: string) {
    this.#file = file
  }

  /**
   * Begins a log, or goes on with one of the same run; a last line that was cut short is taken away.
   *
   * @throws TrainingError `tuning_log` when the file is of another run, or no log
   */
  static open(file: string, run: Run): TrialLog {
    const log = new TrialLog(file)
    const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    const [first, ...rest] = whole.split('\n').filter(line => line !== '')
    if (first === undefined && text !== whole && !text.startsWith('{"kind":"run"'))
      throw foreign(file, 'it is no log of trials')
    if (first !== undefined) checkSame(file, parse(file, first, 1), run)
    for (const [index, line] of rest.entries()) {
      const trial = parse(file, line, index + 2)
      if (!checkTrial.Check(trial)) throw foreign(file, `line ${index + 2} is no trial`)
      log.#done.set(keyOf(trial), trial)
    }
    if (whole !== text) truncateSync(file, Buffer.byteLength(whole))
    if (first === undefined) log.#append(run)
    return log
  }

  /** Number of trials that are done. */
  get size(): number {
    return this.#done.size
  }

  /**
   * A trial that is done.
   *
   * @throws TrainingError `tuning_log` when its parameters are others, as when another version drew them
   */
  find(setting: Pick<Trial, 'trial' | 'rung' | 'parameters'>): Trial | undefined {
    const done = this.#done.get(keyOf(setting))
    if (done && !isSame(done.parameters, setting.parameters))
      throw foreign(this.#file, `trial ${setting.trial} has other parameters`)
    return done
  }

  add(trial: Trial): void {
    this.#append(trial)
    this.#done.set(keyOf(trial), trial)
  }

  #append(line: Run | Trial): void {
    const descriptor = openSync(this.#file, 'a')
    try {
      writeSync(descriptor, `${JSON.stringify(line)}\n`)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  }
}

const isSame = (a: unknown, b: unknown) => canonicalJson({ value: a }) === canonicalJson({ value: b })

const keyOf = ({ trial, rung }: Pick<Trial, 'trial' | 'rung'>) => `${trial}/${rung}`

function parse(file: string, line: string, number: number): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw foreign(file, `line ${number} is not JSON`)
  }
}

function checkSame(file: string, logged: unknown, run: Run): void {
  if (!checkRun.Check(logged)) throw foreign(file, 'it is no log of trials')
  const names = Object.keys(WORDS) as (keyof Run)[]
  const differs = names.filter(name => !isSame(logged[name], run[name]))
  if (differs.length > 0) throw foreign(file, `it differs in ${differs.map(name => WORDS[name]).join(', ')}`)
}

function foreign(file: string, what: string): TrainingError {
  return new TrainingError(
    'tuning_log',
    `${file} is not the log of this run: ${what}`,
    'Give the options it was begun with, or another --log.',
  )
}
