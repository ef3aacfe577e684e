import { newOrder } from '../../service-shopper.ts'
import { distinct, type Family } from '../attack.ts'
import { honest, secretOf } from '../merchant.ts'
import { operations } from '../routes.ts'
import { SHOP_ORIGIN } from '../world.ts'

const EVIL = 'https://evil.example'

export const CORS: Family = {
  name: 'CORS and CSRF',
  attacks: [
    {
      id: 'cors.preflight',
      tries: "a browser's preflight at every address, from a foreign page and from the shop's own",
      expected: 'allowed for: POST /v1/challenge from the shop',
      run: async world => {
        const allowed: string[] = []
        for (const { method, path } of await operations(world)) {
          for (const [who, origin] of [
            ['a foreign page', EVIL],
            ['a sandboxed page', 'null'],
            ['the shop', SHOP_ORIGIN],
          ] as const) {
            const { headers } = await fetch(`${world.service.url}${path}`, {
              method: 'OPTIONS',
              headers: {
                origin,
                'access-control-request-method': method,
                'access-control-request-headers': 'authorization,content-type',
              },
            })
            const reads = headers.get('access-control-allow-origin')
            if (reads !== null) allowed.push(`${method} ${path} from ${who}`)
            if (/authorization|\*/i.test(headers.get('access-control-allow-headers') ?? ''))
              allowed.push(`the secret key at ${path}`)
          }
        }
        return `allowed for: ${allowed.join(', ') || 'nothing'}`
      },
    },
    {
      id: 'cors.read',
      tries: 'reading the answer of every address from a foreign page, with the secret key and without',
      expected: '0 answers may be read, 0 set a cookie, 0 allow credentials',
      run: async world => {
        const answers = await Promise.all(
          (await operations(world)).flatMap(({ method, path }) =>
            [{}, secretOf(world.shop)].map(key =>
              fetch(`${world.service.url}${path}`, { method, headers: { origin: EVIL, ...key } }),
            ),
          ),
        )
        const having = (name: string) => answers.filter(({ headers }) => headers.has(name)).length
        return `${having('access-control-allow-origin')} answers may be read, ${having('set-cookie')} set a cookie, ${having('access-control-allow-credentials')} allow credentials`
      },
    },
    {
      id: 'csrf.simple-request',
      tries:
        'what a form of a foreign page can post without a preflight, at every address that changes something',
      expected: '401 secret_key_missing, 415 media_type_unsupported, 200 missing-input-secret',
      run: async world => {
        const posts = (await operations(world)).filter(({ method }) => method === 'POST')
        const types = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']
        const outcomes = new Set<string>()
        for (const { path } of posts) {
          for (const type of types) {
            const answer = await fetch(`${world.service.url}${path}`, {
              method: 'POST',
              body: '{"transaction":{}}=',
              headers: { 'content-type': type, origin: EVIL, cookie: 'session=admin' },
            })
            const body = await answer.json()
            outcomes.add(`${answer.status} ${body.code ?? body['error-codes']}`)
          }
        }
        const order = ['401', '415', '200']
        return distinct(
          [...outcomes].toSorted((a, b) => order.indexOf(a.slice(0, 3)) - order.indexOf(b.slice(0, 3))),
        )
      },
    },
    {
      id: 'cors.sdk',
      tries: 'reading the SDK from any page, which is public, with cookies, which it is not to take',
      expected: 'readable by *, without credentials, nothing is run from it but what it is',
      run: async ({ service }) => {
        const { headers } = await fetch(`${service.url}/sdk/core.js`, {
          headers: { origin: EVIL, cookie: 'a=b' },
        })
        const policy = headers.get('content-security-policy') ?? ''
        const typed =
          headers.get('x-content-type-options') === 'nosniff' && policy.includes("default-src 'none'")
        return `readable by ${headers.get('access-control-allow-origin')}, ${headers.has('access-control-allow-credentials') ? 'with' : 'without'} credentials, ${typed ? 'nothing is run from it but what it is' : 'its type may be guessed'}`
      },
    },
    {
      id: 'cors.cached-permission',
      tries: "a shared cache that answers a foreign page with the shop's permission",
      expected: 'Vary: Origin on every answer to /v1/challenge, good or bad',
      run: async world => {
        const { claims } = await honest(world, newOrder())
        const ask = (origin: string, siteKey: string, method = 'POST') =>
          fetch(`${world.service.url}/v1/challenge`, {
            method,
            headers: { 'content-type': 'application/json', origin },
            ...(method === 'POST' && { body: JSON.stringify({ siteKey }) }),
          })
        const answers = await Promise.all([
          ask(SHOP_ORIGIN, claims.iss),
          ask(EVIL, claims.iss),
          ask(SHOP_ORIGIN, 'pk_unknown'),
          ask(SHOP_ORIGIN, claims.iss, 'OPTIONS'),
          ask(EVIL, claims.iss, 'OPTIONS'),
        ])
        const vary = distinct(answers.map(({ headers }) => String(headers.get('vary'))))
        return `Vary: ${vary} on every answer to /v1/challenge, good or bad`
      },
    },
  ],
}
