import { spawnSync } from 'node:child_process'
import { existsSync, globSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The machine as far as the search for libxgboost looks at it. */
export interface Machine {
  readonly platform: NodeJS.Platform
  readonly arch: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Overrides the search: the library file, or the folder that holds it. */
export const LIBRARY_VARIABLE = 'ATALAYA_LIBXGBOOST'

const FILE_NAMES: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ['libxgboost.dylib'],
  win32: ['xgboost.dll'],
}

/** Debian ships no unversioned link outside its -dev package. */
const ELF_NAMES = ['libxgboost.so', 'libxgboost.so.0'] as const

const DEBIAN_TRIPLETS: Readonly<Record<string, string>> = {
  x64: 'x86_64-linux-gnu',
  arm64: 'aarch64-linux-gnu',
  riscv64: 'riscv64-linux-gnu',
  ppc64: 'powerpc64le-linux-gnu',
  s390x: 's390x-linux-gnu',
}

/**
 * The library files that exist on this machine, best first: the override alone if it is set, else the active
 * conda or virtual environment, the system's package manager, then any pip wheel.
 */
export function libraryCandidates(machine: Machine): string[] {
  const names = FILE_NAMES[machine.platform] ?? ELF_NAMES
  const override = machine.env[LIBRARY_VARIABLE]
  if (override !== undefined && override !== '') {
    const isFolder = existsSync(override) && statSync(override).isDirectory()
    return isFolder ? names.map(name => join(override, name)).filter(existsSync) : [override]
  }
  const folders = [...environmentFolders(machine), ...systemFolders(machine), ...wheelFolders(machine)]
  const found = filesIn(folders, names)
  return found.length > 0 ? found : filesIn(askPython(machine), names)
}

function filesIn(folders: readonly string[], names: readonly string[]): string[] {
  return [...new Set(folders.flatMap(folder => names.map(name => join(folder, name))))].filter(existsSync)
}

function environmentFolders({ env, platform }: Machine): string[] {
  const folders: string[] = []
  const conda = env['CONDA_PREFIX']
  if (conda)
    folders.push(
      join(conda, 'lib'),
      join(conda, 'Library', 'bin'),
      join(conda, 'Library', 'mingw-w64', 'bin'),
    )
  const virtual = env['VIRTUAL_ENV'] ?? conda
  if (virtual)
    folders.push(
      ...wheelsUnder(platform === 'win32' ? [join(virtual, 'Lib')] : [join(virtual, 'lib', 'python3*')]),
    )
  return folders
}

function systemFolders({ platform, arch, env }: Machine): string[] {
  const brew = env['HOMEBREW_PREFIX']
  const brewed = brew ? [join(brew, 'lib'), join(brew, 'opt', 'xgboost', 'lib')] : []
  if (platform === 'darwin')
    return [
      ...brewed,
      '/opt/homebrew/lib',
      '/opt/homebrew/opt/xgboost/lib',
      '/usr/local/lib',
      '/usr/local/opt/xgboost/lib',
    ]
  if (platform === 'win32') return []
  const triplet = DEBIAN_TRIPLETS[arch]
  return [
    ...(triplet === undefined ? [] : [`/usr/lib/${triplet}`]),
    '/usr/local/lib',
    '/usr/lib64',
    '/usr/lib',
    ...brewed,
    '/home/linuxbrew/.linuxbrew/lib',
  ]
}

function wheelFolders({ platform, env }: Machine): string[] {
  const home = env['HOME']
  if (platform === 'win32') return []
  return wheelsUnder([
    ...(home === undefined
      ? []
      : [join(home, '.local', 'lib', 'python3*'), join(home, 'Library', 'Python', '3*', 'lib', 'python')]),
    '/usr/local/lib/python3*',
    '/usr/lib/python3*',
    '/opt/homebrew/lib/python3*',
  ])
}

/** A wheel keeps the library inside the package: `site-packages/xgboost/lib`. */
function wheelsUnder(pythonFolders: readonly string[]): string[] {
  return pythonFolders.flatMap(folder => globSync(join(folder, '{site,dist}-packages', 'xgboost', 'lib')))
}

/** Last resort for pyenv and the like: only the interpreter knows where its packages are. */
function askPython({ platform, env }: Machine): string[] {
  const program = 'import sysconfig; print(sysconfig.get_paths()["platlib"])'
  const python = platform === 'win32' ? 'python' : 'python3'
  const answer = spawnSync(python, ['-c', program], { encoding: 'utf8', timeout: 5_000, env: { ...env } })
  return answer.status === 0 ? [join(answer.stdout.trim(), 'xgboost', 'lib')] : []
}

/** One line that says how to install libxgboost on this platform. */
export function installHint(platform: NodeJS.Platform): string {
  const override = `or set ${LIBRARY_VARIABLE} to the library file`
  if (platform === 'darwin') return `Install it with "brew install xgboost", ${override}.`
  if (platform === 'win32') return `Install it with "pip install xgboost", ${override}.`
  return `Install it with "sudo apt-get install libxgboost0" (Debian, Ubuntu) or "pip install xgboost", ${override}.`
}
