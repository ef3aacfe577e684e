/**
 * The departments of Peru with the Constitutional Province of Callao: name, INEI code (the first two digits of a
 * UBIGEO) and ISO 3166-2 code. Names are written without accents, as a vocabulary is compared.
 */
const DEPARTMENTS = [
  ['amazonas', '01', 'ama'],
  ['ancash', '02', 'anc'],
  ['apurimac', '03', 'apu'],
  ['arequipa', '04', 'are'],
  ['ayacucho', '05', 'aya'],
  ['cajamarca', '06', 'caj'],
  ['callao', '07', 'cal'],
  ['cusco', '08', 'cus'],
  ['huancavelica', '09', 'huv'],
  ['huanuco', '10', 'huc'],
  ['ica', '11', 'ica'],
  ['junin', '12', 'jun'],
  ['la_libertad', '13', 'lal'],
  ['lambayeque', '14', 'lam'],
  ['lima', '15', 'lim'],
  ['loreto', '16', 'lor'],
  ['madre_de_dios', '17', 'mdd'],
  ['moquegua', '18', 'moq'],
  ['pasco', '19', 'pas'],
  ['piura', '20', 'piu'],
  ['puno', '21', 'pun'],
  ['san_martin', '22', 'sam'],
  ['tacna', '23', 'tac'],
  ['tumbes', '24', 'tum'],
  ['ucayali', '25', 'uca'],
] as const

export const DEPARTMENT_NAMES: readonly string[] = DEPARTMENTS.map(([name]) => name)

const SPELLINGS = new Map<string, string>([
  ...DEPARTMENTS.flatMap(([name, inei, iso]): [string, string][] => [
    [name, name],
    [inei, name],
    [iso, name],
    [`pe_${iso}`, name],
  ]),
  // Lima's city is a region of its own in ISO 3166-2; the older spelling of Cusco is still about.
  ['lma', 'lima'],
  ['pe_lma', 'lima'],
  ['lima_metropolitana', 'lima'],
  ['cuzco', 'cusco'],
])

/** The department that a region of an address means, in the spelling of {@link DEPARTMENT_NAMES}, or `other`. */
export function departmentOf(region: string): string {
  const known = SPELLINGS.get(region)
  if (known !== undefined) return known
  const folded = region
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .trim()
    .replace(/^(departamento|region|provincia constitucional) (de(l)? )?/, '')
    .replace(/[\s-]+/g, '_')
  return SPELLINGS.get(folded) ?? 'other'
}
