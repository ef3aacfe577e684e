import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { signatureHeader } from '../../../packages/server/src/webhooks/sign.ts'
import { BINARY } from '../../support/service-process.ts'
import { distinct, type Family } from '../attack.ts'
import { ask, secretOf } from '../merchant.ts'

/** The check that docs/webhooks.md gives to shops, run as it stands there. */
async function publishedCheck() {
  const page = readFileSync(new URL('../../../docs/webhooks.md', import.meta.url), 'utf8')
  const code = /```js\n(import [\s\S]*?isFromAtalaya[\s\S]*?)```/.exec(page)?.[1] ?? ''
  const module = await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`)
  return module.isFromAtalaya as (header: unknown, body: string, secret: string) => boolean
}

const SECRET = `whsec_${'B'.repeat(43)}`
const BODY = '{"id":"evt_1","type":"label.recorded","data":{"fraud":false}}'

export const WEBHOOKS: Family = {
  name: 'webhooks',
  attacks: [
    {
      id: 'webhooks.forged',
      tries:
        'messages that are not from the service: unsigned, of another secret, changed, cut, of another version',
      expected: 'the real one is taken, 0 of 9 others are',
      run: async () => {
        const isFromAtalaya = await publishedCheck()
        const header = signatureHeader(BODY, [SECRET], Date.now())
        const forged: readonly (readonly [unknown, string])[] = [
          [undefined, BODY],
          ['', BODY],
          [signatureHeader(BODY, [`whsec_${'C'.repeat(43)}`], Date.now()), BODY],
          [header, BODY.replace('false', 'true')],
          [header.replace('v1=', 'v0='), BODY],
          [header.slice(0, -2), BODY],
          [header.replace(/v1=.*/, 'v1='), BODY],
          [header.replace(/^t=\d+/, `t=${Math.floor(Date.now() / 1000) + 1}`), BODY],
          [`${header.split(',')[0]},${header.split(',')[0]}`, BODY],
        ]
        const taken = forged.filter(([given, body]) => isFromAtalaya(given, body, SECRET)).length
        return `the real one is ${isFromAtalaya(header, BODY, SECRET) ? 'taken' : 'refused'}, ${taken} of ${forged.length} others are`
      },
    },
    {
      id: 'webhooks.replayed',
      tries: 'a real message sent again later, and one dated ahead',
      expected: 'refused after 5 minutes either way, and without a time',
      run: async () => {
        const isFromAtalaya = await publishedCheck()
        const at = (offsetS: number) =>
          isFromAtalaya(signatureHeader(BODY, [SECRET], Date.now() + offsetS * 1000), BODY, SECRET)
        const timeless = isFromAtalaya(
          signatureHeader(BODY, [SECRET], Date.now()).replace(/^t=\d+,/, ''),
          BODY,
          SECRET,
        )
        const right = at(-290) && at(290) && !at(-310) && !at(310) && !timeless
        return right ? 'refused after 5 minutes either way, and without a time' : 'taken'
      },
    },
    {
      id: 'webhooks.ssrf',
      tries: 'webhooks that lead to this machine, private networks and cloud metadata, in eleven spellings',
      expected: '11 messages, none delivered: private_address, not_https; 0 connections',
      run: async ({ hooked, bait }) => {
        const before = bait.connections()
        await ask(hooked, {})
        const list = async () => {
          const answer = await fetch(`${hooked.url}/v1/webhooks/deliveries?limit=11`, {
            headers: secretOf(hooked),
          })
          return (await answer.json()).deliveries as { state: string; lastError: string | null }[]
        }
        let deliveries = await list()
        for (let look = 0; look < 100 && deliveries.some(({ lastError }) => lastError === null); look++) {
          await delay(50)
          deliveries = await list()
        }
        const delivered = deliveries.filter(({ state }) => state === 'delivered').length
        const why = distinct(deliveries.map(({ lastError }) => String(lastError)))
        return `${deliveries.length} messages, ${delivered || 'none'} delivered: ${why}; ${bait.connections() - before} connections`
      },
    },
    {
      id: 'webhooks.address',
      tries: 'adding webhooks that are no web address: files, scripts, other protocols, a user and password',
      expected: 'refused in one line',
      run: async ({ dataDir }) => {
        const { stdout } = await promisify(execFile)(process.execPath, [BINARY, 'sites', '--data', dataDir])
        const site = /site_\S+/.exec(stdout)?.[0] ?? ''
        const outcomes = await Promise.all(
          [
            'file:///etc/passwd',
            'gopher://127.0.0.1:6379/_FLUSHALL',
            'https://user:pass@shop.example/',
            '/hooks',
          ].map(url =>
            promisify(execFile)(process.execPath, [
              BINARY,
              'webhooks',
              '--data',
              dataDir,
              'add',
              site,
              url,
            ]).then(
              () => `${url} taken`,
              (error: { readonly stderr: string; readonly code: number }) =>
                error.code === 1 && error.stderr.trim().split('\n').length === 1
                  ? 'refused in one line'
                  : error.stderr,
            ),
          ),
        )
        return distinct(outcomes)
      },
    },
  ],
}
