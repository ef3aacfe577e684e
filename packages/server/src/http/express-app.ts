import express, { type Express } from 'express'
import { type Adapter, splitUrl } from './adapter.ts'
import type { Found } from './router.ts'

/**
 * The API inside Express: its addresses first, then the pages mounted on `pages`, then "not found".
 */
export function expressApp(
  adapter: Adapter,
  find: (method: string, path: string) => Found,
  pages: Express,
): Express {
  const app = express().disable('x-powered-by').disable('etag')
  app.use((request, response, next) => {
    const found = find(request.method, splitUrl(request.url)[0])
    if (found) void adapter.answer(request, response, found)
    else next()
  })
  app.use(pages)
  app.use((request, response) => adapter.answer(request, response, undefined))
  return app
}
