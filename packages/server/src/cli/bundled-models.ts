import { fileURLToPath } from 'node:url'

/** The registry that is part of the package. */
export const BUNDLED_MODELS = fileURLToPath(new URL('../../models', import.meta.url))
