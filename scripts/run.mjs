import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/** How long a child may take to end after a signal before it is killed. */
const graceMs = 20_000

/** @param {string} line a notice for the person at the terminal; stdout is left to the command itself */
export function say(line) {
  process.stderr.write(`${line}\n`)
}

/** @param {number} sinceMs a value of `performance.now()` */
export function secondsSince(sinceMs) {
  return `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`
}

/** Ends the bootstrap with an explanation that was already worded for the person at the terminal. */
export class Stop extends Error {
  /** @param {string} message @param {number} [exitCode] */
  constructor(message, exitCode = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

/**
 * Runs a program to its end and passes signals on to it, so that ending npm ends everything.
 * A Ctrl-C at a terminal reaches the whole process group by itself and is not sent twice.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<number>} the exit code; 128 + n when signal n ended it
 */
export function run(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, options)
    /** @type {NodeJS.Timeout | undefined} */
    let killTimer
    const forward = (/** @type {NodeJS.Signals} */ signal) => {
      if (!(signal === 'SIGINT' && process.stdin.isTTY)) child.kill(signal)
      killTimer ??= setTimeout(() => child.kill('SIGKILL'), graceMs)
    }
    /** @type {NodeJS.Signals[]} */
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.on(signal, forward)
    const settle = () => {
      clearTimeout(killTimer)
      for (const signal of signals) process.off(signal, forward)
    }
    child.once('error', error => {
      settle()
      reject(error)
    })
    child.once('close', (code, signal) => {
      settle()
      resolve(signal ? 128 + constants.signals[signal] : (code ?? 1))
    })
  })
}

/**
 * Runs a program quietly: its output is kept, and shown only when it fails.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{exitCode: number, output: string}>}
 */
export function capture(command, args, env) {
  return new Promise(resolve => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    /** @type {Buffer[]} */
    const chunks = []
    child.stdout.on('data', chunk => chunks.push(chunk))
    child.stderr.on('data', chunk => chunks.push(chunk))
    child.once('error', error => resolve({ exitCode: 127, output: error.message }))
    child.once('close', code => resolve({ exitCode: code ?? 1, output: Buffer.concat(chunks).toString() }))
  })
}
