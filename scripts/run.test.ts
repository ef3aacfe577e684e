import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { run } from './run.mjs'

test('the exit code of the program is passed on', async () => {
  expect(await run(process.execPath, ['-e', 'process.exit(7)'], {})).toBe(7)
})

test('SIGTERM to the launcher ends the program, which may still clean up', async () => {
  const module = new URL('./run.mjs', import.meta.url)
  const program = `
    process.once('SIGTERM', () => { console.log('cleaned up'); process.exit(5) })
    setInterval(() => {}, 1000)
    console.log('ready')`
  const launcher = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { run } from ${JSON.stringify(module.href)}
       process.exitCode = await run(process.execPath, ['-e', ${JSON.stringify(program)}], { stdio: 'inherit' })`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  let output = ''
  launcher.stdout.on('data', chunk => {
    output += String(chunk)
    if (output === 'ready\n') launcher.kill('SIGTERM')
  })
  const [exitCode] = await once(launcher, 'close')
  expect(output).toBe('ready\ncleaned up\n')
  expect(exitCode).toBe(5)
})
