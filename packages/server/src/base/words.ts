/** A word as shops and people spell it, made comparable: lower case, no accents, `_` between its parts. */
export function foldWord(word: string): string {
  return word
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .trim()
    .replace(/[\s-]+/g, '_')
}
