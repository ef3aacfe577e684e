import type { Command } from 'commander'
import { closeOnSignal } from '../signals.ts'

export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('Open the demo marketplace: service, shop, console and simulated shoppers on one port')
    .option('--no-traffic', 'no simulated shoppers: only what you do yourself')
    .action(run)
}

async function run({ traffic }: { readonly traffic: boolean }): Promise<void> {
  const [{ readServiceOptions }, { startDemo }] = await Promise.all([
    import('../../http/index.ts'),
    import('../../demo/demo.ts'),
  ])
  const options = readServiceOptions({ ATALAYA_LOG_LEVEL: 'warn', ...process.env })
  const demo = await startDemo({ service: options, traffic, say: line => console.log(line) })
  const { url } = demo.service
  console.log(
    [
      '',
      'Atalaya is running.',
      `  Shop      ${url}/shop`,
      `  Console   ${url}/console`,
      `  API       ${url}/openapi.json`,
      `  Data      ${options.dataDir}`,
      traffic
        ? 'Simulated shoppers are buying, and a ring is among them.'
        : 'No simulated shoppers: buy something yourself.',
      'Press Ctrl+C to stop.',
    ].join('\n'),
  )
  closeOnSignal(() => demo.close())
}
