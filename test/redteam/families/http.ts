import { distinct, type Family } from '../attack.ts'
import { ask, isReady, secretOf } from '../merchant.ts'
import { raw, request } from '../raw.ts'
import { operations } from '../routes.ts'

/** A second request that a front end would take for the body of the first. */
const HIDDEN = 'GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'

/** Requests whose length two readers understand differently. */
const SMUGGLED = [
  // CL.TE, TE.CL and both spelt so that one of two readers misses one of them.
  ['Content-Length: 4', 'Transfer-Encoding: chunked'],
  ['Transfer-Encoding: chunked', `Content-Length: ${HIDDEN.length}`],
  ['Transfer-Encoding: chunked, identity'],
  ['Transfer-Encoding: xchunked'],
  ['Transfer-Encoding : chunked'],
  ['Transfer-Encoding:\u000bchunked'],
  ['Transfer-Encoding: identity', 'Content-Length: 4'],
  ['Content-Length: 0', `Content-Length: ${HIDDEN.length}`],
  [`Content-Length: 0, ${HIDDEN.length}`],
  ['Content-Length: +5'],
  ['Content-Length: 0x5'],
  ['Content-Length: -1'],
  ['Content-Length : 5'],
  ['X: y\nTransfer-Encoding: chunked'],
]

export const HTTP: Family = {
  name: 'HTTP',
  attacks: [
    {
      id: 'http.smuggling',
      tries: `request smuggling by ${SMUGGLED.length} contradictory lengths, with a second request inside the first`,
      expected: '400 and an end of the connection; the hidden request is never answered',
      run: async ({ service }) => {
        const answers = await Promise.all(
          SMUGGLED.map(headers => raw(service.url, request('POST /healthz', headers, `0\r\n\r\n${HIDDEN}`))),
        )
        const answered = answers.filter(({ statuses, text }) => statuses.length > 1 || /atalaya_/.test(text))
        const hidden = answered.length === 0 ? 'never answered' : `answered ${answered.length} times`
        return `${distinct(answers.map(({ statuses }) => statuses[0] ?? 'nothing'))} and an end of the connection; the hidden request is ${hidden}`
      },
    },
    {
      id: 'http.chunks',
      tries: 'chunked bodies with broken sizes, endless extensions and bare line feeds',
      expected: '400, 413',
      run: async ({ service, shop }) => {
        const headers = [
          `Authorization: Bearer ${shop.secretKey}`,
          'Content-Type: application/json',
          'Transfer-Encoding: chunked',
        ]
        const bodies = [
          'zz\r\n{}\r\n0\r\n\r\n',
          'fffffffffffffffff\r\n{}',
          '-1\r\n{}\r\n0\r\n\r\n',
          `2;${'a=b;'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`,
          '2\n{}\n0\n\n',
        ]
        const answers = await Promise.all(
          bodies.map(body => raw(service.url, request('POST /v1/verify', headers, body))),
        )
        return distinct(answers.map(({ statuses }) => statuses[0] ?? 'nothing').toSorted())
      },
    },
    {
      id: 'http.header-flood',
      tries: 'a hundred kilobytes of headers, two thousand headers, an address of 64 kilobytes',
      expected: '431',
      run: async ({ service }) => {
        const answers = await Promise.all([
          raw(service.url, request('GET /healthz', [`X-A: ${'a'.repeat(100_000)}`])),
          raw(
            service.url,
            request(
              'GET /healthz',
              Array.from({ length: 2_000 }, (_, at) => `X-${at}: aaaaaaaaa`),
            ),
          ),
          raw(service.url, request(`GET /${'a'.repeat(65_536)}`)),
        ])
        return distinct(answers.map(({ statuses }) => statuses[0] ?? 'nothing'))
      },
    },
    {
      id: 'http.methods',
      tries: 'TRACE, TRACK, PUT, DELETE, PATCH and overridden methods at every address',
      expected: '405, 400; 0 of them did what the address does',
      run: async world => {
        const paths = [...new Set((await operations(world)).map(({ path }) => path))]
        const authorization = `Authorization: Bearer ${world.shop.secretKey}`
        const answers = await Promise.all(
          paths.flatMap(path =>
            ['TRACE', 'TRACK', 'PUT', 'DELETE', 'PATCH', 'PROPFIND'].map(method =>
              raw(
                world.service.url,
                request(`${method} ${path}`, [
                  ...[authorization, 'X-HTTP-Method-Override: POST', 'X-Method: GET', 'Connection: close'],
                ]),
              ),
            ),
          ),
        )
        const statuses = answers.map(({ statuses: [first] }) => first ?? 0)
        const done = statuses.filter(status => status >= 200 && status < 300).length
        return `${distinct(statuses)}; ${done} of them did what the address does`
      },
    },
    {
      id: 'http.forwarded',
      tries: "an attacker's address in X-Forwarded-For, Forwarded, X-Real-IP and CF-Connecting-IP",
      expected: "the order's address stays the merchant's, its country PE",
      run: async ({ shop }) => {
        const forged = '8.8.8.8'
        const headers = {
          ...{ 'x-forwarded-for': forged, forwarded: `for=${forged}`, 'x-real-ip': forged },
          ...{ 'cf-connecting-ip': forged, 'true-client-ip': forged, 'x-forwarded-host': 'evil.example' },
        }
        const remoteIp = '190.232.10.4'
        const plain = await ask(shop, { remoteIp })
        const attacked = await ask(shop, { remoteIp, headers })
        const same = plain.envelope.event.keys.ip === attacked.envelope.event.keys.ip
        return `the order's address ${same ? "stays the merchant's" : 'is changed'}, its country ${attacked.envelope.event.ip.country}`
      },
    },
    {
      id: 'http.host',
      tries: 'a foreign Host, none, and two, to have links or audiences made from it',
      expected: '200, 400; nothing of it comes back',
      run: async ({ service, shop }) => {
        const body = JSON.stringify({ siteKey: shop.siteKey })
        const headers = [
          ...['Content-Type: application/json', `Origin: ${shop.origin}`],
          ...[`Content-Length: ${body.length}`, 'Connection: close'],
        ]
        const hosts = [
          ['Host: evil.example'],
          [],
          ['Host: 127.0.0.1', 'Host: evil.example'],
          ['Host: evil.example:80@127.0.0.1'],
        ]
        const answers = await Promise.all(
          hosts.map(host =>
            raw(service.url, ['POST /v1/challenge HTTP/1.1', ...host, ...headers, '', body].join('\r\n')),
          ),
        )
        const told = answers.some(({ text }) => text.includes('evil'))
        return `${distinct(answers.flatMap(({ statuses }) => statuses).toSorted())}; ${told ? 'something' : 'nothing'} of it comes back`
      },
    },
    {
      id: 'http.protocol',
      tries: 'what is no HTTP/1.1: HTTP/0.9, HTTP/2 in clear, TLS, CONNECT, an upgrade, noise',
      expected: 'refused or closed; the service is ready',
      run: async ({ service, shop }) => {
        const answers = await Promise.all(
          [
            'GET /metrics\r\n\r\n',
            'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
            Buffer.from('16030100c8010000c40303', 'hex'),
            'CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: 127.0.0.1:22\r\n\r\n',
            'GET /metrics HTTP/9.9\r\nHost: a\r\n\r\n',
            Buffer.alloc(4_096, 0xff),
          ].map(bytes => raw(service.url, bytes)),
        )
        const served = answers.filter(({ text }) => /^HTTP\/1\.1 2/.test(text))
        return `${served.length > 0 ? `${served.length} were served` : 'refused or closed'}; the service is ${(await isReady(shop)) ? 'ready' : 'not ready'}`
      },
    },
    {
      id: 'http.pipelining',
      tries: 'two hundred requests in one write, good and bad in turn',
      expected: '200 answers in their order',
      run: async ({ service }) => {
        const lines = Array.from({ length: 200 }, (_, at) =>
          request(`GET ${at % 2 === 0 ? '/healthz' : '/none'}`, at === 199 ? ['Connection: close'] : []),
        )
        const { statuses } = await raw(service.url, lines.join(''))
        const ordered = statuses.every((status, at) => status === (at % 2 === 0 ? 200 : 404))
        return `${statuses.length} answers ${ordered ? 'in their order' : 'out of order'}`
      },
    },
    {
      id: 'http.cache',
      tries: 'decisions, nonces and faults left in caches of proxies and browsers',
      expected: 'no-store on every answer of the API; nonces vary by Origin',
      run: async world => {
        const answers = await Promise.all(
          (await operations(world)).map(({ method, path }) =>
            fetch(`${world.service.url}${path}`, { method, headers: secretOf(world.shop) }),
          ),
        )
        const kept = answers.filter(({ headers }) => headers.get('cache-control') !== 'no-store')
        const challenge = answers.find(({ url }) => url.endsWith('/v1/challenge'))
        return `${kept.length === 0 ? 'no-store on every answer of the API' : kept.map(({ url }) => url).join()}; nonces vary by ${challenge?.headers.get('vary')}`
      },
    },
  ],
}
