import { SingleBar } from 'cli-progress'
import type { Progress } from '../training/progress.ts'

/** Shows phases as progress bars on stderr, and as single lines where stderr is no terminal. */
export function progressBars(stream: NodeJS.WriteStream = process.stderr): Progress & { stop(): void } {
  let bar: SingleBar | undefined
  const stop = () => {
    bar?.stop()
    bar = undefined
  }
  return {
    phase: (name, total) => {
      stop()
      if (!stream.isTTY) {
        stream.write(`${name}\n`)
        return
      }
      bar = new SingleBar({
        stream,
        format:
          total === null
            ? `${name} | {value} {note} | {duration_formatted}`
            : `${name} {bar} {percentage}% | {value}/{total} {note} | {duration_formatted}`,
        clearOnComplete: false,
      })
      bar.start(total ?? 0, 0, { note: '' })
    },
    say: line => {
      stop()
      stream.write(`${line}\n`)
    },
    update: (done, note = '') => bar?.update(done, { note }),
    stop,
  }
}
