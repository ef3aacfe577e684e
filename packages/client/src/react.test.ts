import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'
import { useAtalaya } from './react.ts'

const tokens: Promise<string>[] = []

function Checkout() {
  const atalaya = useAtalaya({ siteKey: 'pk_test_x', endpoint: 'https://fraud.example.com', consent: 'full' })
  atalaya.track('begin_checkout')
  tokens.push(atalaya.token({ action: 'checkout' }))
  return createElement('p', null, 'Pay')
}

test('a component that asks for the agent renders on a server, where the agent does nothing', async () => {
  expect(renderToString(createElement(Checkout))).toBe('<p>Pay</p>')
  expect(await Promise.all(tokens)).toEqual([''])
})
