const SPACE = /[ \t\n\r]*/y
// What a string holds unescaped: everything from the space on, but the quote and the backslash.
const STRING = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y

/**
 * Where a text stops being JSON (RFC 8259): the character offset at which the first token that cannot stand there
 * begins. `JSON.parse` refuses the text but tells the place only sometimes.
 *
 * @returns `undefined` when the text is JSON
 */
export function jsonFaultOffset(text: string): number | undefined {
  const open: ('{' | '[')[] = []
  let at = 0
  const eat = (pattern: RegExp): boolean => {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match) at += match[0].length
    return match !== null
  }
  const eatMark = (mark: string): boolean => {
    eat(SPACE)
    if (text[at] !== mark) return false
    at += 1
    return true
  }
  /** A member's name and colon; the value follows. */
  const eatName = () => {
    eat(SPACE)
    return eat(STRING) && eatMark(':')
  }

  for (;;) {
    // A value is due.
    if (eatMark('{')) {
      if (!eatMark('}')) {
        open.push('{')
        if (!eatName()) return at
        continue
      }
    } else if (eatMark('[')) {
      if (!eatMark(']')) {
        open.push('[')
        continue
      }
    } else if (!eat(STRING) && !eat(SCALAR)) return at
    // A value has ended: close what ends with it, or go on after a comma.
    while (open.length > 0 && eatMark(open.at(-1) === '{' ? '}' : ']')) open.pop()
    if (open.length === 0) {
      eat(SPACE)
      return at === text.length ? undefined : at
    }
    if (!eatMark(',')) return at
    if (open.at(-1) === '{' && !eatName()) return at
  }
}
