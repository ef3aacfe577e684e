import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { readJson, writePrivateJson } from './files.ts'

/** The secrets of one installation. Whoever loses them loses the link between past and future pseudonyms. */
export interface InstallationSecrets {
  /** Key of the pseudonyms of identifiers, 32 bytes. */
  readonly pseudonymKey: Uint8Array
  /** Key of the challenge nonces, 32 bytes. */
  readonly nonceKey: Uint8Array
  /** Key of the velocity history's hash table, 16 bytes. */
  readonly historyKey: Uint8Array
}

const FILE = 'secrets.json'
const key = (characters: number) => Type.String({ pattern: `^[A-Za-z0-9_-]{${characters}}$` })
const SecretsSchema = Compile(
  Type.Object(
    {
      format: Type.Literal('atalaya-secrets/1'),
      pseudonymKey: key(43),
      nonceKey: key(43),
      historyKey: key(22),
    },
    { additionalProperties: false },
  ),
)

/**
 * The installation's secrets, made at the first start and kept in `secrets.json` with mode 0600.
 *
 * @throws {AtalayaError} `file_unreadable`, `file_invalid` or `data_folder_unwritable`
 */
export function openSecrets(dataFolder: string): InstallationSecrets {
  const path = join(dataFolder, FILE)
  const stored = readJson(path, SecretsSchema) ?? newSecrets(path)
  return {
    pseudonymKey: Buffer.from(stored.pseudonymKey, 'base64url'),
    nonceKey: Buffer.from(stored.nonceKey, 'base64url'),
    historyKey: Buffer.from(stored.historyKey, 'base64url'),
  }
}

function newSecrets(path: string) {
  const secrets = {
    format: 'atalaya-secrets/1' as const,
    pseudonymKey: randomBytes(32).toString('base64url'),
    nonceKey: randomBytes(32).toString('base64url'),
    historyKey: randomBytes(16).toString('base64url'),
  }
  writePrivateJson(path, secrets)
  return secrets
}

/**
 * Makes the key of the nonces anew, so that none given out before counts: after something was lost it is not known
 * which of them were used.
 *
 * @throws {AtalayaError} as {@link openSecrets}
 */
export function renewNonceKey(dataFolder: string): void {
  const path = join(dataFolder, FILE)
  const stored = readJson(path, SecretsSchema) ?? newSecrets(path)
  writePrivateJson(path, { ...stored, nonceKey: randomBytes(32).toString('base64url') })
}
