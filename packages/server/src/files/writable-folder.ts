import { access, constants } from 'node:fs/promises'
import { AtalayaError } from '../base/errors.ts'
import { makeFolder } from './make-folder.ts'

/** Makes the folder that a command writes into. @throws AtalayaError `folder_not_writable` */
export async function makeWritableFolder(folder: string): Promise<void> {
  try {
    makeFolder(folder)
    await access(folder, constants.W_OK)
  } catch (cause) {
    throw new AtalayaError(
      'folder_not_writable',
      `${folder} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`,
      'Choose another folder with --out',
      { cause },
    )
  }
}
