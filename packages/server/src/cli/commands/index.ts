import type { Command } from 'commander'
import { addReplay } from './replay.ts'
import { addServe } from './serve.ts'
import { addSimulate } from './simulate.ts'

/** Adds one command to the program; its work is imported only when it runs. */
export type AddCommand = (program: Command) => void

/** Every command of `atalaya`, in the order of the help text. */
export const COMMANDS: readonly AddCommand[] = [addServe, addReplay, addSimulate]
