const SHOWN_LINES = 5

/** Keeps the first lines of a file, in whatever order they come by. */
export function keepFirst(lines: number[], line: number): void {
  if (lines.length >= SHOWN_LINES && line > (lines.at(-1) ?? 0)) return
  lines.push(line)
  lines.sort((a, b) => a - b)
  lines.length = Math.min(lines.length, SHOWN_LINES)
}
