/** One thing in the line that leads to another, with what is known of it and what it came from. */
export interface LineageNode {
  readonly what: string
  readonly facts: Readonly<Record<string, string | number | boolean | null>>
  readonly from: readonly LineageNode[]
}

/** The tree as text, a thing a line and its facts below. */
export function treeText(node: LineageNode, indent = ''): string {
  const facts = Object.entries(node.facts).filter(([, value]) => value !== null)
  const width = Math.max(0, ...facts.map(([name]) => name.length)) + 2
  return [
    node.what,
    ...facts.map(
      ([name, value]) =>
        `${indent}${node.from.length > 0 ? '|' : ' '}   ${name.padEnd(width)}${shown(value)}`,
    ),
    ...node.from.flatMap((child, place) => {
      const isLast = place === node.from.length - 1
      return [`${indent}+-- ${treeText(child, `${indent}${isLast ? ' ' : '|'}   `)}`]
    }),
  ].join('\n')
}

const LONGEST = 120

/** Long lists are cut: JSON has them whole. */
function shown(value: string | number | boolean | null): string {
  const text = String(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST)} ... (--json shows all)` : text
}

/** A time as people and machines read it; null stays. */
export function timeText(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
