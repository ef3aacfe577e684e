import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { AtalayaError } from '../../base/errors.ts'

interface Options {
  readonly data?: string
}

export function addAudit(program: Command): void {
  const audit = program
    .command('audit')
    .description('List who changed what; check that nothing in the list was changed, put in or taken out')
    .option('--data <folder>', 'data folder of the service (default: ATALAYA_DATA_DIR or ./data)')
    .option('--json', 'one entry a line, whole', false)
    .action(list)
  audit
    .command('verify')
    .description('Check every link and signature; exit code 1 when anything is wrong')
    .option('--public-key <file>', "what `atalaya audit key` printed; default: the data folder's own key")
    .action(check)
  audit
    .command('key')
    .description('Print the public key, to be kept elsewhere and to verify with')
    .action(printKey)
}

async function folderOf(command: Command): Promise<string> {
  const { readServiceOptions } = await import('../../http/index.ts')
  return command.optsWithGlobals<Options>().data ?? readServiceOptions(process.env).dataDir
}

async function list({ json }: { readonly json: boolean }, command: Command): Promise<void> {
  const { readAuditLog } = await import('../../audit/index.ts')
  const log = readAuditLog(await folderOf(command))
  try {
    for (const entry of log.entries())
      console.log(
        json
          ? JSON.stringify(entry)
          : `${String(entry.seq).padStart(6)}  ${new Date(entry.atMs).toISOString()}  ${entry.actor}  ${entry.action}  ${entry.subject}`,
      )
  } finally {
    log.close()
  }
}

async function check({ publicKey: file }: { readonly publicKey?: string }, command: Command): Promise<void> {
  const { parsePublicKey, readAuditLog, readAuditPublicKey, verifyAudit } = await import(
    '../../audit/index.ts'
  )
  const folder = await folderOf(command)
  const log = readAuditLog(folder)
  try {
    const key = file === undefined ? readAuditPublicKey(folder) : parsePublicKey(readText(file))
    if (!key) throw keyMissing(folder)
    const report = verifyAudit(log.entries(), log.checkpoints(), key)
    const day = (ms: number | null) => (ms === null ? '-' : new Date(ms).toISOString())
    console.log(
      [
        `${report.entries} entries from ${day(report.firstAtMs)} to ${day(report.lastAtMs)}, ${report.checkpoints} checkpoints`,
        ...report.faults.map(({ seq, what }) => `entry ${seq}: ${what}`),
        ...(report.unsigned > 0 ? [`the last ${report.unsigned} are linked and not signed yet`] : []),
        report.faults.length === 0 ? 'The log is whole.' : 'The log was tampered with or damaged.',
      ].join('\n'),
    )
    if (report.faults.length > 0) process.exitCode = 1
  } finally {
    log.close()
  }
}

async function printKey(_options: unknown, command: Command): Promise<void> {
  const { readAuditPublicKey } = await import('../../audit/index.ts')
  const folder = await folderOf(command)
  const key = readAuditPublicKey(folder)
  if (!key) throw keyMissing(folder)
  process.stdout.write(key.export({ format: 'pem', type: 'spki' }))
}

const keyMissing = (folder: string) =>
  new AtalayaError(
    'audit_missing',
    `there is no key of an audit log in ${folder}`,
    'It is made with the first entry; or name another folder in --data.',
  )

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new AtalayaError('file_unreadable', `${file} cannot be read`, 'Check the path.', { cause })
  }
}
