import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { expect, test } from 'vitest'
import { jsonBody } from './body.ts'
import type { RequestParts } from './exchange.ts'

const anything = Compile(Type.Unknown())
const read = (text: string) => {
  const request: RequestParts = {
    ...{ method: 'POST', path: '/', query: new URLSearchParams(), params: {} },
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(text),
  }
  return jsonBody(request, anything)
}

test.each(['{"a":"\\ud800"}', '{"\\uDFFF":1}', '[["\\uD83D x"]]', '"\\ude00\\ud83d"'])(
  'a body with half of a surrogate pair is refused: %s',
  text => {
    expect(() => read(text)).toThrowError('a text has half of a surrogate pair')
  },
)

test.each(['{"a":"\\ud83d\\ude00"}', '"😀"', '"\\\\ud800"', '{"a":1,"b":[null,"\\\\udfff"]}'])(
  'a whole pair and a written escape are read: %s',
  text => {
    expect(read(text)).toEqual(JSON.parse(text))
  },
)
