import { join } from 'node:path'
import { AtalayaError } from '../base/errors.ts'
import { makeWritableFolder } from '../files/writable-folder.ts'
import { WholeFile } from '../records/whole-file.ts'
import { type SimulationOptions, simulateHistory } from './simulate.ts'
import { Summariser, type Summary } from './summary.ts'
import { DAY_MS } from './world/calendar.ts'

const FILES = ['history.ndjson.gz', 'labels.csv', 'oracle.csv', 'summary.json'] as const

/**
 * Simulates into a folder: `history.ndjson.gz` (records), `labels.csv` (label and delay), `oracle.csv` (the
 * generator's own probability and kind) and `summary.json`. The files appear together at the end, or none of them.
 *
 * @param onProgress told now and then how many payments were made
 * @throws {AtalayaError} `folder_not_writable`, `file_not_written`; `interrupted` when `signal` was aborted
 */
export async function writeSimulation(
  options: SimulationOptions,
  folder: string,
  signal: AbortSignal,
  onProgress: (made: number) => void,
): Promise<Summary> {
  await makeWritableFolder(folder)
  const files = FILES.map(name => new WholeFile(join(folder, name)))
  const [history, labels, oracle, summaryFile] = files as [WholeFile, WholeFile, WholeFile, WholeFile]
  try {
    const summariser = new Summariser(options)
    await labels.write('transaction_id,fraud,source,observed_at_ms,delay_days\n')
    await oracle.write('transaction_id,probability,kind\n')
    let made = 0
    for (const record of simulateHistory(options)) {
      summariser.add(record)
      const { transaction, label, receivedAtMs } = record
      await history.write(`${JSON.stringify(record)}\n`)
      await oracle.write(`${transaction.id},${record.oracle},${record.attack}\n`)
      if (label) {
        const days = ((label.observedAtMs - receivedAtMs) / DAY_MS).toFixed(2)
        await labels.write(
          `${transaction.id},${Number(label.fraud)},${label.source},${label.observedAtMs},${days}\n`,
        )
      }
      if (++made % 2_000 === 0) {
        onProgress(made)
        // Lets the compressor and Ctrl-C have their turn.
        await new Promise(resolve => setImmediate(resolve))
        if (signal.aborted) throw new AtalayaError('interrupted', 'interrupted', 'Nothing was written')
      }
    }
    const summary = summariser.summary()
    await summaryFile.write(`${JSON.stringify({ options, ...summary }, null, 2)}\n`)
    for (const file of files) await file.finish()
    return summary
  } catch (fault) {
    await Promise.all(files.map(file => file.discard()))
    throw fault
  }
}
