import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { AtalayaError } from '../base/errors.ts'
import { COMMANDS } from './commands/index.ts'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

const program = new Command('atalaya')
  .description('Fraud prevention for online marketplaces')
  .version(version)
  .showHelpAfterError()
  .exitOverride()
for (const add of COMMANDS) add(program)

/** Every fault ends as one line that names it and its mend, and a non-zero exit code. */
try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode
  else {
    process.exitCode = 1
    if (error instanceof AtalayaError) console.error(`atalaya: ${error.message}. ${error.mend}`)
    else if (process.env['ATALAYA_DEBUG']) console.error(error)
    else
      console.error(
        `atalaya: ${error instanceof Error ? error.message : String(error)} (ATALAYA_DEBUG=1 shows the stack)`,
      )
  }
}
