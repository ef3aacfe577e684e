import type { World } from './world.ts'

/** An operation of the service's own description. */
export interface Operation {
  readonly method: string
  readonly path: string
  /** Whether it asks for the secret key. */
  readonly isSecret: boolean
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly security?: unknown }>>>>
}

/** Every operation that the service describes; parameters of paths are filled in. */
export async function operations({ service }: Pick<World, 'service'>): Promise<Operation[]> {
  const document = (await (await fetch(`${service.url}/openapi.json`)).json()) as OpenApi
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { security }]) => ({
      method: method.toUpperCase(),
      path: path.replaceAll(/\{\w+\}/g, 'some-id'),
      isSecret: security !== undefined,
    })),
  )
}
