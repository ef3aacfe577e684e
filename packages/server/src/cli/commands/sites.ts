import type { Command } from 'commander'
import { AtalayaError } from '../../base/errors.ts'
import type { NewSite, Sites } from '../../sites/index.ts'
import { numberBetween } from '../parse.ts'

interface Options {
  readonly data?: string
}
interface Terms {
  readonly name?: string
  readonly origins?: string
  readonly currency?: string
  readonly timeZone?: string
  readonly country?: string
}

const DAY_MS = 86_400_000
const SHOWN_ONCE = 'It is shown this once and kept only as a hash.'

/** A running service reads changes within a second or two. */
export function addSites(program: Command): void {
  const sites = program
    .command('sites')
    .description('List the sites of a data folder, make one, change it, and exchange its keys')
    .option('--data <folder>', 'data folder of the service (default: ATALAYA_DATA_DIR or ./data)')
    .action(list)
  withTerms(sites.command('add').description('Make a site and its keys')).action(add)
  withTerms(sites.command('change <site>').description("Change a site's name, origins or terms")).action(
    change,
  )
  sites
    .command('rotate-key <site>')
    .description('Make a new secret key; the one before goes on working for a while')
    .option('--overlap-days <n>', 'how long the old key works; 0 ends it at once', numberBetween(0, 90), 7)
    .action(rotate)
  sites
    .command('test-keys <site>')
    .description('Make new test keys: their decisions are made to order and not kept')
    .action(renewTestKeys)
}

function withTerms(command: Command): Command {
  return command
    .option('--name <name>', 'what people call it')
    .option('--origins <origin,...>', 'origins of its pages, for example https://shop.example')
    .option('--currency <code>', 'currency its history is counted in')
    .option('--time-zone <zone>', 'IANA time zone')
    .option('--country <code>', 'ISO 3166 alpha-2')
}

/** The sites of the data folder that a command names. */
export async function openSitesOf(command: Command): Promise<Sites> {
  const { readServiceOptions } = await import('../../http/index.ts')
  const { openSites, prepareDataFolder } = await import('../../sites/index.ts')
  const folder = command.optsWithGlobals<Options>().data ?? readServiceOptions(process.env).dataDir
  prepareDataFolder(folder)
  const { auditCommands } = await import('../audit-commands.ts')
  return openSites(folder, auditCommands(folder))
}

async function list(_options: Options, command: Command): Promise<void> {
  const sites = await openSitesOf(command)
  if (sites.list().length === 0) {
    console.log(
      'There is no site yet; `atalaya sites add` makes one, and so does the first start of the service.',
    )
    return
  }
  for (const {
    id,
    name,
    publishableKey,
    testKeys,
    origins,
    currency,
    timeZone,
    country,
    ...rest
  } of sites.list())
    console.log(
      [
        `${id}  ${name}`,
        `  publishable key  ${publishableKey}`,
        ...(testKeys ? [`  test key         ${testKeys.publishableKey}`] : []),
        `  pages            ${origins.join(', ') || 'none: no page can ask for tokens'}`,
        `  counts in        ${currency}, ${timeZone}, ${country}`,
        ...(rest.retiringKey && rest.retiringKey.untilMs > Date.now()
          ? [`  old secret key   works until ${new Date(rest.retiringKey.untilMs).toISOString()}`]
          : []),
      ].join('\n'),
    )
}

async function add(terms: Terms, command: Command): Promise<void> {
  const { name, origins, ...rest } = told(terms)
  if (name === undefined)
    throw new AtalayaError('site_options', 'a site needs a name', 'Give --name "My marketplace".')
  const defaults = { currency: 'PEN', timeZone: 'America/Lima', country: 'PE' }
  const sites = await openSitesOf(command)
  const { site, secretKey, testSecretKey } = sites.add({ name, origins: origins ?? [], ...defaults, ...rest })
  console.log(
    [
      `${site.id}  ${site.name}`,
      `  publishable key (for pages)         ${site.publishableKey}`,
      `  secret key (for the shop's server)  ${secretKey}`,
      `  test publishable key                ${site.testKeys?.publishableKey}`,
      `  test secret key                     ${testSecretKey}`,
      'The secret keys are shown this once and kept only as hashes.',
    ].join('\n'),
  )
}

async function change(id: string, terms: Terms, command: Command): Promise<void> {
  const site = (await openSitesOf(command)).change(id, before => ({ ...before, ...told(terms) }))
  console.log(`${site.id}  ${site.name}: changed`)
}

async function rotate(id: string, _options: unknown, command: Command): Promise<void> {
  const { overlapDays } = command.opts<{ readonly overlapDays: number }>()
  const untilMs = Date.now() + Math.round(overlapDays * DAY_MS)
  const { secretKey } = (await openSitesOf(command)).rotate(id, untilMs)
  console.log(
    `new secret key  ${secretKey}\n${SHOWN_ONCE} The old key works until ${new Date(untilMs).toISOString()}.`,
  )
}

async function renewTestKeys(id: string, _options: unknown, command: Command): Promise<void> {
  const { site, testSecretKey } = (await openSitesOf(command)).renewTestKeys(id)
  console.log(
    `test publishable key  ${site.testKeys?.publishableKey}\ntest secret key       ${testSecretKey}\n${SHOWN_ONCE}`,
  )
}

/** What was given of a site's terms. */
function told({ origins, ...terms }: Terms): Partial<NewSite> {
  const list = origins?.split(',').map(origin => origin.trim())
  return { ...terms, ...(list && { origins: list.filter(origin => origin !== '') }) }
}
