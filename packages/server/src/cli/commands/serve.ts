import type { Command } from 'commander'
import { closeOnSignal } from '../signals.ts'

export function addServe(program: Command): void {
  program
    .command('serve')
    .description('Run the verification service; its options are environment variables')
    .action(run)
}

async function run(): Promise<void> {
  const { readServiceOptions, startService, urlHost } = await import('../../http/index.ts')
  const options = readServiceOptions(process.env)
  const service = await startService(options)
  if (service.firstSite) {
    const { site, secretKey } = service.firstSite
    console.log(
      [
        `A first site was made: ${site.name}`,
        `  publishable key (for pages)       ${site.publishableKey}`,
        `  secret key (for the shop's server) ${secretKey}`,
        'The secret key is shown this once and kept only as a hash.',
        site.origins.length === 0
          ? `Add the origins of its pages to ${options.dataDir}/sites.json and start again.`
          : `Its pages: ${site.origins.join(', ')}`,
      ].join('\n'),
    )
  }
  console.log(`Atalaya is listening on http://${urlHost(options.host)}:${service.port}`)
  closeOnSignal(() => service.close())
}
