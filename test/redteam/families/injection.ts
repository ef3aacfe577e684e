import { newOrder, post } from '../../service-shopper.ts'
import { distinct, type Family } from '../attack.ts'
import { ask, isReady, newAccount, secretOf, tell } from '../merchant.ts'
import { raw, request } from '../raw.ts'

const SQL = [
  "' OR '1'='1",
  "'; DROP TABLE decisions; --",
  "x' UNION SELECT * FROM sites --",
  '" OR ""="',
  '%',
  '_%',
  "\\' OR 1=1",
]

const TRAVERSALS = [
  '/sdk/../package.json',
  '/sdk/../../../../../../../../etc/passwd',
  '/sdk/..%2f..%2f..%2fetc%2fpasswd',
  '/sdk/%2e%2e/%2e%2e/package.json',
  '/sdk/%252e%252e%252fpackage.json',
  '/sdk/..\\..\\package.json',
  '/sdk/....//package.json',
  '/sdk/0.1.0/..%2f..%2f..%2fpackage.json',
  '/sdk/core.js%00.json',
  '/sdk/prescore/../../sites.json',
  '/sdk/prescore/..%2f..%2fsecrets.json',
  '//etc/passwd',
  '/file:///etc/passwd',
  '/sdk//etc/passwd',
]

export const INJECTION: Family = {
  name: 'injection',
  attacks: [
    {
      id: 'injection.path',
      tries: 'path traversal at the SDK files: plain, encoded once and twice, with backslashes and NUL',
      expected: '404, and no file of the machine in any answer',
      run: async ({ service }) => {
        const answers = await Promise.all(
          TRAVERSALS.map(path => raw(service.url, request(`GET ${path}`, ['Connection: close']))),
        )
        const leaks = answers.filter(({ text }) =>
          /root:|"workspaces"|nonceKey|secretKeyHash|"dependencies"/.test(text),
        )
        return `${distinct(answers.flatMap(({ statuses }) => statuses))}, and ${leaks.length || 'no'} file of the machine in any answer`
      },
    },
    {
      id: 'injection.path-decision',
      tries: "another address behind a decision's id: traversal, absolute targets, a query in the path",
      expected: '404',
      run: async ({ service, shop }) => {
        const headers = [`Authorization: Bearer ${shop.secretKey}`, 'Connection: close']
        const answers = await Promise.all(
          [
            '/v1/decisions/../events',
            '/v1/decisions/..%2f..%2fmetrics',
            '/v1/decisions/%2e%2e',
            '/v1/decisions/a/b',
            '/v1/decisions/a;b=c',
            '/v1/decisions/%00',
            '/v1/../metrics/x',
            'http://evil.example/v1/decisions/x',
          ].map(path => raw(service.url, request(`GET ${path}`, headers))),
        )
        return distinct(answers.flatMap(({ statuses }) => statuses))
      },
    },
    {
      id: 'injection.sql',
      tries: 'SQL in ids, cursors and filters that are looked up',
      expected: 'none found, 400 invalid_request, 404; the decision before is still there',
      run: async ({ shop }) => {
        const { id } = await ask(shop, {})
        const get = (path: string) => fetch(`${shop.url}${path}`, { headers: secretOf(shop) })
        const outcomes: string[] = []
        for (const text of SQL) {
          const coded = encodeURIComponent(text)
          const found = await (await get(`/v1/decisions?orderId=${coded}`)).json()
          outcomes.push(found.decisions.length === 0 ? 'none found' : `${found.decisions.length} found`)
          for (const name of ['cursor', 'decision', 'tokenStatus', 'limit']) {
            const answer = await get(`/v1/decisions?${name}=${coded}`)
            outcomes.push(`${answer.status} ${(await answer.json()).code}`)
          }
          outcomes.push(String((await get(`/v1/decisions/${coded}`)).status))
          const told = await tell(shop, 'events', { orderId: text, type: 'declined', reason: text })
          outcomes.push(String(told.status))
        }
        const still = (await get(`/v1/decisions/${id}`)).status === 200
        return `${distinct(outcomes)}; the decision before is ${still ? 'still there' : 'gone'}`
      },
    },
    {
      id: 'injection.sql-stored',
      tries: 'SQL in everything that is stored: order, account, reason and source of a label',
      expected: '200; it is read back as it was sent',
      run: async ({ shop }) => {
        const statuses: number[] = []
        let same = true
        for (const text of SQL) {
          const order = { ...newOrder(), id: `${newOrder().id}${text}` }
          const { id, status } = await ask(shop, { order, transaction: { account: { id: text } } })
          const event = await tell(shop, 'events', { decisionId: id, type: 'captured', reason: text })
          const label = await tell(shop, 'labels', {
            decisionId: id,
            fraud: false,
            source: text.slice(0, 32),
          })
          statuses.push(status, event.status, label.status)
          const read = await (
            await fetch(`${shop.url}/v1/decisions/${id}`, { headers: secretOf(shop) })
          ).json()
          same &&= read.envelope.event.id === order.id && read.events[0].reason === text
        }
        return `${distinct(statuses)}; it is ${same ? 'read back as it was sent' : 'changed'}`
      },
    },
    {
      id: 'injection.cel',
      tries: 'rule language in everything that rules can read, to switch a rule off or on',
      expected: 'the rules that fire are the same with and without it: three_d_secure_failed',
      run: async ({ shop }) => {
        const failed = { method: 'card', threeDSecure: 'failed' }
        const control = await ask(shop, { transaction: { payment: failed } })
        const texts = [
          '" || true || "',
          "') || true",
          'features.device_webdriver',
          '#{true}',
          '*/ true /*',
          '}; true; {',
        ]
        const attacked = await Promise.all(
          texts.map(text =>
            ask(shop, {
              transaction: {
                account: { id: `${newAccount()}${text}` },
                recipient: text,
                payment: { ...failed, brand: text, cvvResult: text.slice(0, 16), wallet: text },
                items: [{ category: text, seller: text }],
                metadata: { text, 'features.three_d_secure': 'ok', 'token.status': 'ok' },
              },
            }),
          ),
        )
        const fired = [control, ...attacked].map(({ rules }) => rules.join('+'))
        return `the rules that fire are the same with and without it: ${distinct(fired)}`
      },
    },
    {
      id: 'injection.log',
      tries: 'line breaks and JSON in ids, headers and addresses, to write lines into the log',
      expected: 'every line of the log is its own JSON, and none holds what was sent',
      run: async ({ service, shop }) => {
        const mark = 'evil-log-mark'
        const line = `\n{"level":30,"msg":"${mark}"}\n`
        await ask(shop, { order: { ...newOrder(), id: line }, transaction: { account: { id: line } } })
        await post(`${shop.url}/v1/verify`, `{"${mark}`, secretOf(shop))
        await post(`${shop.url}/v1/challenge`, { siteKey: line })
        await raw(service.url, request(`GET /${mark}%0a%0d`, [`User-Agent: ${mark}`, 'Connection: close']))
        await raw(
          service.url,
          request(`GET /healthz?${mark}`, [`Authorization: Bearer ${mark}`, 'Connection: close']),
        )
        const lines = service.log().trim().split('\n')
        const broken = lines.filter(text => !isJson(text))
        const marked = lines.filter(text => text.includes(mark))
        return `${broken.length > 0 ? `${broken.length} lines are not` : 'every line of the log is its own'} JSON, and ${marked.length || 'none'} holds what was sent`
      },
    },
    {
      id: 'injection.metrics',
      tries: 'label values for Prometheus from addresses, methods and ids, to fill or forge its series',
      expected: 'no new series holds what was sent',
      run: async ({ service, shop }) => {
        const mark = 'evil_metric_mark'
        for (const path of [`/${mark}"} 1`, `/v1/decisions/${mark}`, `/v1/${mark}`, `/sdk/${mark}.js`])
          await raw(service.url, request(`GET ${encodeURI(path)}`, ['Connection: close']))
        await raw(service.url, request(`${mark.toUpperCase()} /healthz`, ['Connection: close']))
        await ask(shop, { transaction: { payment: { method: 'card', brand: mark }, metadata: { mark } } })
        const text = await (await fetch(`${service.url}/metrics`)).text()
        return `${text.toLowerCase().includes(mark) ? 'a' : 'no'} new series holds what was sent`
      },
    },
    {
      id: 'injection.response-splitting',
      tries: 'line breaks in headers that come back or are stored: idempotency key, origin, request id',
      expected: '400; no header of the attacker comes back',
      run: async ({ service, shop }) => {
        const answers = await Promise.all(
          ['a\rX-Evil: 1', 'a\nX-Evil: 1', 'a\u0000b', 'a\r\n\tX-Evil: 1'].map(value =>
            raw(
              service.url,
              request(
                'POST /v1/verify',
                [
                  `Authorization: Bearer ${shop.secretKey}`,
                  'Content-Type: application/json',
                  `Idempotency-Key: ${value}`,
                  'Content-Length: 2',
                  'Connection: close',
                ],
                '{}',
              ),
            ),
          ),
        )
        const split = answers.some(({ text }) => /^x-evil/im.test(text))
        return `${distinct(answers.flatMap(({ statuses }) => statuses))}; ${split ? 'a' : 'no'} header of the attacker comes back`
      },
    },
    {
      id: 'injection.markup',
      tries: 'markup in fields that a fault names, for a browser that shows the answer as a page',
      expected: '400 application/problem+json nosniff',
      run: async ({ shop }) => {
        const answers = await Promise.all(
          ['{"<script>alert(1)</script>":1}', '{"transaction":{"<img src=x onerror=alert(1)>":1}}'].map(
            body => post(`${shop.url}/v1/verify`, body, secretOf(shop)),
          ),
        )
        const ready = await isReady(shop)
        return distinct(
          answers.map(({ status, headers }) =>
            [
              status,
              headers.get('content-type'),
              headers.get('x-content-type-options'),
              ready ? '' : 'not ready',
            ]
              .join(' ')
              .trim(),
          ),
        )
      },
    },
  ],
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object'
  } catch {
    return false
  }
}
