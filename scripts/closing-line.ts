import type { Reporter, TestModule } from 'vitest/node'

/**
 * The closing line of a test run, such as `412 passed, 0 failed, 3 skipped`.
 * A file that could not be loaded, or an error outside of any test, counts as one failure.
 */
export function closingLine(counts: { passed: number; failed: number; skipped: number }): string {
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''
  return `${counts.passed} passed, ${counts.failed} failed${skipped}`
}

function failuresOutsideTests(module: TestModule): number {
  return module.state() === 'failed' && module.children.allTests('failed').next().done ? 1 : 0
}

/** Prints the counts alone on a line after Vitest's own summary, where CI systems and scripts can read them. */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    for (const module of modules) {
      counts.failed += failuresOutsideTests(module)
      for (const test of module.children.allTests()) {
        const state = test.result().state
        if (state !== 'pending') counts[state] += 1
      }
    }
    process.stdout.write(`${closingLine(counts)}\n`)
  }
}
