import type { ASTNode } from '@marcbachmann/cel-js'

/** Functions of expressions: none loops, none has an expression language of its own as `matches` has. */
const FUNCTIONS: ReadonlySet<string> = new Set([
  'has',
  'size',
  'contains',
  'startsWith',
  'endsWith',
  'double',
  'int',
  'string',
])

/** Something that an expression may not do, and where. */
export interface Refusal {
  readonly at: number
  readonly what: string
}

/** Finds what an expression may not do: loops, patterns, fields chosen at run time. */
export function refusalIn(node: ASTNode): Refusal | undefined {
  if (node.op === 'call' || node.op === 'rcall') {
    const name = node.args[0]
    if (!FUNCTIONS.has(name)) return { at: node.range.start, what: `${name}() is not available in rules` }
  }
  if ((node.op === '[]' || node.op === '[?]') && pathOf(node) === undefined) {
    return { at: node.range.start, what: 'a field in brackets must be a string in quotes' }
  }
  for (const child of childrenOf(node)) {
    const refusal = refusalIn(child)
    if (refusal !== undefined) return refusal
  }
  return undefined
}

/** Every path that an expression reads or asks `has()` of, the longest spelling of each. */
export function pathsOf(node: ASTNode): readonly (readonly string[])[] {
  const path = pathOf(node)
  return path === undefined ? childrenOf(node).flatMap(pathsOf) : [path]
}

/** Paths that an expression cannot do without: all but those that `has()` asks for; none if it has branches of its own. */
export function neededPaths(node: ASTNode): readonly string[] {
  const branches = (part: ASTNode): boolean =>
    part.op === '?:' || part.op === '&&' || part.op === '||' || childrenOf(part).some(branches)
  const needs = (part: ASTNode): readonly string[] => {
    if (part.op === 'call' && part.args[0] === 'has') return []
    const path = pathOf(part)
    return path === undefined ? childrenOf(part).flatMap(needs) : [path.join('.')]
  }
  return branches(node) ? [] : [...new Set(needs(node))]
}

/** `features.trans_freq` as `['features', 'trans_freq']`; undefined for anything but a path of fields. */
function pathOf(node: ASTNode): readonly string[] | undefined {
  if (node.op === 'id') return [node.args]
  if (node.op !== '.' && node.op !== '[]') return undefined
  const [object, field] = node.args
  const path = pathOf(object)
  const name = typeof field === 'string' ? field : field.op === 'value' ? field.args : undefined
  return path === undefined || typeof name !== 'string' ? undefined : [...path, name]
}

function childrenOf(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return []
    case '.':
    case '.?':
      return [node.args[0]]
    case 'call':
      return node.args[1]
    case 'rcall':
      return [node.args[1], ...node.args[2]]
    case 'list':
      return node.args
    case 'map':
      return node.args.flat()
    case '!_':
    case '-_':
      return [node.args]
    default:
      return node.args
  }
}
