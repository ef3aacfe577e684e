/** The parts of a comma-separated list. */
export function list(text: string): string[] {
  return text
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')
}

/** Files of `--data`, given once with commas or several times. @throws Error when there is none */
export function fileList(data: readonly string[]): string[] {
  const files = data.flatMap(list)
  if (files.length === 0) throw new Error('give --data FILE')
  return files
}

/** Runs a command: its answer goes to stdout, all else to stderr; a fault is one line and exit code 2. */
export async function runMain(
  name: string,
  main: (say: (line: string) => void) => Promise<string>,
): Promise<void> {
  const say = (line: string) => process.stderr.write(`${name}: ${line}\n`)
  try {
    process.stdout.write(`${await main(say)}\n`)
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
    process.exitCode = 2
  }
}
