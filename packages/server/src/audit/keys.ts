import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { join } from 'node:path'
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { AtalayaError } from '../base/errors.ts'
import { readJson, writePrivateJson } from '../sites/files.ts'

const FILE = 'audit-key.json'
const KeyFile = Compile(
  Type.Object(
    { format: Type.Literal('atalaya-audit-key/1'), privateKey: Type.String({ minLength: 1 }) },
    { additionalProperties: false },
  ),
)

/**
 * The key that signs checkpoints, made at first use and kept with mode 0600.
 *
 * @throws {AtalayaError} `file_unreadable`, `file_invalid` or `data_folder_unwritable`
 */
export function openAuditKey(folder: string): KeyObject {
  const path = join(folder, FILE)
  const kept = readJson(path, KeyFile)
  if (kept) return privateKeyOf(path, kept.privateKey)
  const { privateKey } = generateKeyPairSync('ed25519')
  const text = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  writePrivateJson(path, { format: 'atalaya-audit-key/1', privateKey: text })
  return privateKey
}

/** The public key of an installation, for whoever is to check its log elsewhere; undefined when there is none yet. */
export function readAuditPublicKey(folder: string): KeyObject | undefined {
  const path = join(folder, FILE)
  const kept = readJson(path, KeyFile)
  return kept && createPublicKey(privateKeyOf(path, kept.privateKey))
}

function privateKeyOf(path: string, pem: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch (cause) {
    throw new AtalayaError('file_invalid', `${path}: the key is damaged`, 'Restore the file from a backup.', {
      cause,
    })
  }
}

/** @throws {AtalayaError} `audit_key_invalid` unless it is an Ed25519 public key in PEM */
export function parsePublicKey(pem: string): KeyObject {
  try {
    const key = createPublicKey(pem)
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch {
    // Told below.
  }
  throw new AtalayaError(
    'audit_key_invalid',
    'this is no Ed25519 public key in PEM',
    'Give what `atalaya audit key` prints.',
  )
}
