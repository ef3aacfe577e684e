import { request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ownHostsOnly } from './own-hosts.ts'

const app = express()
  .use(ownHostsOnly(['https://fraud.shop.example']))
  .get('/', (_request, response) => {
    response.send('inside')
  })
const server = app.listen(0, '127.0.0.1')
beforeAll(async () => {
  if (!server.listening) await new Promise(resolve => server.once('listening', resolve))
})
afterAll(() => server.close())

function statusUnder(host: string): Promise<number> {
  const { port } = server.address() as AddressInfo
  return new Promise((resolve, reject) => {
    httpRequest({ host: '127.0.0.1', port, headers: { host } }, response => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
      .on('error', reject)
      .end()
  })
}

test.each(['localhost:8787', '127.0.0.1:8787', '192.168.1.20', '[::1]:8787', 'FRAUD.shop.example'])(
  '%s is a name of the service',
  async host => {
    expect(await statusUnder(host)).toBe(200)
  },
)

test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', 'shop.example', 'a b', '@'])(
  '%s is not',
  async host => {
    expect(await statusUnder(host)).toBe(421)
  },
)
