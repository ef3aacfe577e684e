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
    const { site, secretKey, testSecretKey } = service.firstSite
    console.log(
      [
        `A first site was made: ${site.name}`,
        `  publishable key (for pages)       ${site.publishableKey}`,
        `  secret key (for the shop's server) ${secretKey}`,
        `  test publishable key               ${site.testKeys?.publishableKey}`,
        `  test secret key                    ${testSecretKey}`,
        'The secret keys are shown this once and kept only as hashes.',
        site.origins.length === 0
          ? `Add the origins of its pages: atalaya sites change ${site.id} --origins https://shop.example`
          : `Its pages: ${site.origins.join(', ')}`,
      ].join('\n'),
    )
  }
  console.log(`Atalaya is listening on http://${urlHost(options.host)}:${service.port}`)
  closeOnSignal(() => service.close())
}
