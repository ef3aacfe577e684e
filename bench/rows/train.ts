import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type BenchContext, NotMeasurable, type RowGroup } from '../context.ts'
import { median } from '../median.ts'
import { columns, makeRows } from '../synthetic-rows.ts'

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** A Python with XGBoost; by name it is looked for on PATH. */
const python = process.env['ATALAYA_PYTHON'] ?? 'python3'

const params = {
  ...{ objective: 'binary:logistic', base_score: 0.5, eval_metric: 'logloss', tree_method: 'hist' },
  ...{ max_depth: 6, eta: 0.1, subsample: 0.9, colsample_bytree: 0.6, max_bin: 256, nthread: 2, seed: 1 },
}

/** A program that trains whenever it is asked. */
interface Trainer {
  readonly about: { readonly version: string; readonly library: string }
  train(): Promise<{ readonly seconds: number; readonly logloss: number }>
  close(): void
}

async function start(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Trainer> {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const answer = await firstAnswer(child, lines, command)
  return {
    about: JSON.parse(answer) as Trainer['about'],
    train: async () => {
      child.stdin.write('train\n')
      const { value } = await lines.next()
      const told = JSON.parse(value ?? 'null') as { seconds: number; metrics: { logloss: number } } | null
      if (!told) throw new Error(`${command} ended while it trained`)
      return { seconds: told.seconds, logloss: told.metrics.logloss }
    },
    close: () => child.stdin.end(),
  }
}

/** The first line of a program; a program without one cannot measure here, and its last words say why. */
async function firstAnswer(
  child: ChildProcess,
  lines: AsyncIterator<string>,
  command: string,
): Promise<string> {
  let words = ''
  child.stderr?.on('data', (part: Buffer) => {
    words += part.toString()
  })
  const failed = new Promise<never>((_, reject) =>
    child.once('error', fault => reject(new NotMeasurable(`${command} cannot be run: ${fault.message}`))),
  )
  const { value, done } = await Promise.race([lines.next(), failed])
  if (!done && value !== undefined) return value
  const last = words.trim().split('\n').at(-1) ?? ''
  throw new NotMeasurable(
    `${command}: ${last}; "pip install xgboost" for it, or name a Python that has XGBoost in ATALAYA_PYTHON`,
  )
}

async function measure({ quick, progress }: BenchContext) {
  const rows = quick ? 20_000 : 200_000
  const rounds = quick ? 20 : 100
  const folder = mkdtempSync(join(tmpdir(), 'atalaya-bench-train-'))
  const running: Trainer[] = []
  try {
    const { values, label } = makeRows(rows)
    const files = [join(folder, 'values.f32'), join(folder, 'label.f32')] as const
    writeFileSync(files[0], values)
    writeFileSync(files[1], label)
    const engineParams = Object.fromEntries(Object.entries(params).filter(([name]) => name !== 'objective'))
    const args = (given: unknown) => [...files, String(columns.length), JSON.stringify(given), String(rounds)]
    // Idle OpenMP threads spin by default, which on a shared machine costs either side several times its work.
    const env = { OMP_WAIT_POLICY: 'passive' }
    const theirs = await start(python, [file('train.py'), ...args(params)], env)
    running.push(theirs)
    const ours = await start(process.execPath, [file('train-ours.ts'), ...args(engineParams)], {
      ...env,
      // The very library that Python uses, so that only the way to it differs.
      ATALAYA_LIBXGBOOST: theirs.about.library,
    })
    running.push(ours)
    await theirs.train()
    await ours.train()
    const times = { ours: [] as number[], theirs: [] as number[] }
    let logloss = { ours: Number.NaN, theirs: Number.NaN }
    const repeats = quick ? 3 : 7
    for (let round = 0; round < repeats; round++) {
      progress(`training ${round + 1} of ${repeats}`)
      const [own, other] = [await ours.train(), await theirs.train()]
      times.ours.push(own.seconds)
      times.theirs.push(other.seconds)
      logloss = { ours: own.logloss, theirs: other.logloss }
    }
    const versions =
      ours.about.version === theirs.about.version
        ? `the same XGBoost ${ours.about.version}`
        : `XGBoost ${ours.about.version} against ${theirs.about.version}`
    return {
      'train.time': {
        ours: median(times.ours),
        reference: { name: 'Python XGBoost', value: median(times.theirs) },
        note: `${rows} rows x ${columns.length}, ${rounds} trees, 2 threads, ${versions}; log loss ${logloss.ours.toFixed(6)} and ${logloss.theirs.toFixed(6)}`,
      },
    }
  } finally {
    for (const trainer of running) trainer.close()
    rmSync(folder, { recursive: true })
  }
}

export const trainRow: RowGroup = { ids: ['train.time'], measure }
