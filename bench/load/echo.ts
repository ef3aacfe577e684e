/** The reference of the throughput rows: a bare Express 5 application that parses JSON and answers with it. */
import express from 'express'

const app = express()
app.use(express.json())
app.post('/echo', (request, response) => {
  response.json(request.body)
})
const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  console.log(`listening on http://127.0.0.1:${address.port}`)
})
