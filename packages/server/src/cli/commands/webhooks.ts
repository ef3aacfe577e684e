import type { Command } from 'commander'
import { AtalayaError } from '../../base/errors.ts'
import type { Site } from '../../sites/index.ts'
import { openSitesOf } from './sites.ts'

/** A running service reads changes within a second or two. */
export function addWebhooks(program: Command): void {
  const webhooks = program
    .command('webhooks')
    .description('List the webhooks of the sites, add one, remove one, and exchange its secret')
    .option('--data <folder>', 'data folder of the service (default: ATALAYA_DATA_DIR or ./data)')
    .action(list)
  webhooks
    .command('add <site> <url>')
    .description('Tell a shop of what happens at this address')
    .option('--types <type,...>', 'decision.made, event.recorded, label.recorded (default: all)')
    .action(add)
  webhooks
    .command('rotate-secret <webhook>')
    .description('Make a new secret; messages are signed with it and with the one before')
    .option('--drop-old', 'keep the newest secret alone instead, once the shop has it', false)
    .action(rotate)
  webhooks.command('remove <webhook>').description('Tell this address nothing any more').action(remove)
}

async function list(_options: unknown, command: Command): Promise<void> {
  const sites = (await openSitesOf(command)).list()
  const lines = sites.flatMap(site =>
    (site.webhooks ?? []).map(
      ({ id, url, types, secrets }) =>
        `${id}  ${url}\n  of ${site.id} (${site.name}): ${types.join(', ')}${secrets.length > 1 ? '; two secrets are live' : ''}`,
    ),
  )
  console.log(
    lines.length > 0 ? lines.join('\n') : 'There is no webhook; `atalaya webhooks add SITE URL` makes one.',
  )
}

async function add(siteId: string, url: string, _options: unknown, command: Command): Promise<void> {
  const { newEndpointId, newWebhookSecret, WEBHOOK_TYPES } = await import('../../webhooks/index.ts')
  const { types: asked } = command.opts<{ readonly types?: string }>()
  const types = asked
    ? asked.split(',').map(word => {
        const type = WEBHOOK_TYPES.find(known => known === word.trim())
        if (type) return type
        throw new AtalayaError(
          'webhook_options',
          `there is no message "${word.trim()}"`,
          `There are: ${WEBHOOK_TYPES.join(', ')}.`,
        )
      })
    : [...WEBHOOK_TYPES]
  const secret = newWebhookSecret()
  const endpoint = { id: newEndpointId(), url, types, secrets: [secret] }
  const sites = await openSitesOf(command)
  sites.change(siteId, site => ({ ...site, webhooks: [...(site.webhooks ?? []), endpoint] }))
  console.log(
    `webhook ${endpoint.id}\nsecret  ${secret}\nThe shop checks the signature of each message with this secret.`,
  )
}

async function rotate(id: string, _options: unknown, command: Command): Promise<void> {
  const { newWebhookSecret } = await import('../../webhooks/index.ts')
  const { dropOld } = command.opts<{ readonly dropOld: boolean }>()
  const fresh = newWebhookSecret()
  await onEndpoint(command, id, webhooks =>
    webhooks.map(endpoint => {
      if (endpoint.id !== id) return endpoint
      const [newest = fresh] = endpoint.secrets
      return { ...endpoint, secrets: dropOld ? [newest] : [fresh, newest] }
    }),
  )
  console.log(
    dropOld
      ? `webhook ${id}: the newest secret alone is live`
      : `webhook ${id}\nsecret  ${fresh}\nMessages are signed with this secret and the one before until --drop-old.`,
  )
}

async function remove(id: string, _options: unknown, command: Command): Promise<void> {
  await onEndpoint(command, id, webhooks => webhooks.filter(endpoint => endpoint.id !== id))
  console.log(`webhook ${id}: removed`)
}

type Webhooks = NonNullable<Site['webhooks']>

async function onEndpoint(command: Command, id: string, change: (webhooks: Webhooks) => Webhooks) {
  const sites = await openSitesOf(command)
  const known = sites.list().flatMap(site => (site.webhooks ?? []).map(endpoint => ({ site, endpoint })))
  const found = known.find(({ endpoint }) => endpoint.id === id)
  if (!found)
    throw new AtalayaError(
      'webhook_unknown',
      `there is no webhook ${id}`,
      known.length > 0
        ? `There are: ${known.map(({ endpoint }) => endpoint.id).join(', ')}.`
        : 'There is none yet; `atalaya webhooks add SITE URL` makes one.',
    )
  sites.change(found.site.id, site => ({ ...site, webhooks: change(site.webhooks ?? []) }))
}
