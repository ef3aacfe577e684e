import { foldWord } from '../base/words.ts'

/**
 * The departments of Peru with the Constitutional Province of Callao: name, INEI code (the first two digits of a
 * UBIGEO) and ISO 3166-2 code.
 */
const DEPARTMENTS = [
  ['Amazonas', '01', 'ama'],
  ['Áncash', '02', 'anc'],
  ['Apurímac', '03', 'apu'],
  ['Arequipa', '04', 'are'],
  ['Ayacucho', '05', 'aya'],
  ['Cajamarca', '06', 'caj'],
  ['Callao', '07', 'cal'],
  ['Cusco', '08', 'cus'],
  ['Huancavelica', '09', 'huv'],
  ['Huánuco', '10', 'huc'],
  ['Ica', '11', 'ica'],
  ['Junín', '12', 'jun'],
  ['La Libertad', '13', 'lal'],
  ['Lambayeque', '14', 'lam'],
  ['Lima', '15', 'lim'],
  ['Loreto', '16', 'lor'],
  ['Madre de Dios', '17', 'mdd'],
  ['Moquegua', '18', 'moq'],
  ['Pasco', '19', 'pas'],
  ['Piura', '20', 'piu'],
  ['Puno', '21', 'pun'],
  ['San Martín', '22', 'sam'],
  ['Tacna', '23', 'tac'],
  ['Tumbes', '24', 'tum'],
  ['Ucayali', '25', 'uca'],
] as const

/** A region as {@link foldWord} has it, without the word for what it is. */
function fold(region: string): string {
  return foldWord(region).replace(/^(departamento|region|provincia_constitucional)_(de_|del_)?/, '')
}

/** The vocabulary of `geo_location` within Peru, for example `madre_de_dios`. */
export const DEPARTMENT_NAMES: readonly string[] = DEPARTMENTS.map(([name]) => fold(name))

const SPELLINGS = new Map<string, string>([
  ...DEPARTMENTS.flatMap(([name, inei, iso]): [string, string][] =>
    // The name as it stands saves folding it: it is what most addresses carry.
    [name, fold(name), inei, iso, `pe_${iso}`].map(spelling => [spelling, fold(name)]),
  ),
  // Lima's city is a region of its own in ISO 3166-2; the older spelling of Cusco is still about.
  ['lma', 'lima'],
  ['pe_lma', 'lima'],
  ['lima_metropolitana', 'lima'],
  ['cuzco', 'cusco'],
])

/** The department that a region of an address means, in the spelling of {@link DEPARTMENT_NAMES}, or `other`. */
export function departmentOf(region: string): string {
  return SPELLINGS.get(region) ?? SPELLINGS.get(fold(region)) ?? 'other'
}
