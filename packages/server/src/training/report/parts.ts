import { escapeXml } from './text.ts'

/** HTML that is not escaped again. */
export interface Html {
  readonly html: string
}

export type Cell = string | Html

export interface Column {
  readonly head: string
  /** Numbers stand to the right. */
  readonly isNumber?: boolean
}

/** A table that scrolls on narrow screens, the first cell of each row being its head. */
export function table(name: string, columns: readonly Column[], rows: readonly (readonly Cell[])[]): string {
  const side = (column: number) => (columns[column]?.isNumber ? ' class="number"' : '')
  const cell = (value: Cell, column: number) => {
    const text = typeof value === 'string' ? escapeXml(value) : value.html
    return column === 0 ? `<th scope="row">${text}</th>` : `<td${side(column)}>${text}</td>`
  }
  return [
    `<div class="scroll" role="region" tabindex="0" aria-label="${escapeXml(name)}"><table>`,
    `<thead><tr>${columns.map(({ head }, column) => `<th scope="col"${side(column)}>${escapeXml(head)}</th>`).join('')}</tr></thead>`,
    `<tbody>${rows.map(row => `<tr>${row.map(cell).join('')}</tr>`).join('\n')}</tbody></table></div>`,
  ].join('\n')
}

/** A number with a bar of its share of the greatest. */
export function barCell(
  text: string,
  share: number,
  tone: 'main' | 'other' | 'third' | 'bad' = 'main',
): Html {
  const width = Math.max(0, Math.min(100, 100 * share))
  const bar = `<svg class="bar ${tone}" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect width="${width.toFixed(1)}" height="10"/></svg>`
  const size = text.length > 9 ? 'barred wide' : 'barred'
  return { html: `<span class="${size}">${bar}<span>${escapeXml(text)}</span></span>` }
}

/** A whole divided into parts, each readable by pointing at it. */
export function stackedCell(parts: readonly { readonly name: string; readonly share: number }[]): Html {
  let from = 0
  const rects = parts.map(({ name, share }) => {
    const rect = `<rect class="${escapeXml(name)}" x="${from.toFixed(2)}" width="${(100 * share).toFixed(2)}" height="10"><title>${escapeXml(`${name} ${(100 * share).toFixed(2)} %`)}</title></rect>`
    from += 100 * share
    return rect
  })
  const words = parts.map(({ name, share }) => `${name} ${(100 * share).toFixed(2)} %`).join(', ')
  return {
    html: `<svg class="stack" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="${escapeXml(words)}">${rects.join('')}</svg>`,
  }
}

/** A part of the page that the list at its top leads to. */
export interface Section {
  readonly id: string
  readonly title: string
  readonly body: string
}

export function sectionHtml({ id, title, body }: Section): string {
  return `<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${escapeXml(title)}</h2>\n${body}\n</section>`
}

export const paragraph = (text: string) => `<p>${escapeXml(text)}</p>`
export const plots = (figures: readonly string[]) => `<div class="plots">${figures.join('\n')}</div>`
