/**
 * Hours that the clocks of countries are ahead of UTC at any time of the year, and the countries: IANA time zone
 * database, `zone.tab` in the year 2026. Short enough to be read, and the same on every engine.
 */
const ZONES: readonly [hours: readonly number[], countries: string][] = [
  [[-11], 'AS NU'],
  [[-11, 12], 'UM'],
  [[-10], 'CK'],
  [[-10, -9.5, -9], 'PF'],
  [[-10, -9, -8, -7, -6, -5, -4], 'US'],
  [[-8], 'PN'],
  [[-8, -7, -6, -5], 'MX'],
  [[-8, -7, -6, -5, -4, -3.5, -3, -2.5], 'CA'],
  [[-6], 'BZ CR GT HN NI SV'],
  [[-6, -5], 'EC'],
  [[-6, -5, -4, -3], 'CL'],
  [[-5], 'CO JM KY PA PE'],
  [[-5, -4], 'BS CU HT TC'],
  [[-5, -4, -3, -2], 'BR'],
  [[-4], 'AG AI AW BB BL BO BQ CW DM DO GD GP GY KN LC MF MQ MS PR SX TT VC VE VG VI'],
  [[-4, -3], 'BM'],
  [[-4, -3, -2, -1, 0], 'GL'],
  [[-3], 'AR FK GF PY SR UY'],
  [[-3, -2], 'PM'],
  [[-3, 0, 2, 3, 5, 7, 8, 10, 12, 13], 'AQ'],
  [[-2], 'GS'],
  [[-1], 'CV'],
  [[-1, 0, 1], 'PT'],
  [[0], 'BF CI GH GM GN GW IS LR ML MR SH SL SN ST TG'],
  [[0, 1], 'FO GB GG IE IM JE'],
  [[0, 1, 2], 'ES'],
  [[1], 'AO BJ CF CG CM DZ EH GA GQ MA NE NG TD TN'],
  [[1, 2], 'AD AL AT BA BE CD CH CZ DE DK FR GI HR HU IT LI LU MC ME MK MT NL NO PL RS SE SI SJ SK SM VA'],
  [[2], 'BI BW LS LY MW MZ NA RW SD SS SZ ZA ZM ZW'],
  [[2, 3], 'AX BG CY EE EG FI GR IL LB LT LV MD PS RO UA'],
  [[2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], 'RU'],
  [[3], 'BH BY DJ ER ET IQ JO KE KM KW MG QA SA SO SY TR TZ UG YE YT'],
  [[3.5], 'IR'],
  [[4], 'AE AM AZ GE MU OM RE SC'],
  [[4.5], 'AF'],
  [[5], 'KZ MV PK TF TJ TM UZ'],
  [[5.5], 'IN LK'],
  [[5.75], 'NP'],
  [[6], 'BD BT IO KG'],
  [[6, 8], 'CN'],
  [[6.5], 'CC MM'],
  [[7], 'CX KH LA TH VN'],
  [[7, 8], 'MN'],
  [[7, 8, 9], 'ID'],
  [[8], 'BN HK MO MY PH SG TW'],
  [[8, 8.75, 9.5, 10, 10.5, 11], 'AU'],
  [[9], 'JP KP KR PW TL'],
  [[10], 'GU MP'],
  [[10, 11], 'FM PG'],
  [[11], 'NC SB VU'],
  [[11, 12], 'NF'],
  [[12], 'FJ MH NR TV WF'],
  [[12, 12.75, 13, 13.75], 'NZ'],
  [[12, 13, 14], 'KI'],
  [[13], 'TK TO WS'],
]

const HOURS = new Map(
  ZONES.flatMap(([hours, countries]) => countries.split(' ').map(country => [country, hours] as const)),
)

/** Whether clocks so far ahead of UTC are some of a country's; null for a country that is not known. */
export function hasOffset(country: string, offsetMinutes: number): boolean | null {
  return HOURS.get(country)?.includes(offsetMinutes / 60) ?? null
}

/** Hours between an offset and the nearest of a country's own; null for a country that is not known. */
export function hoursFrom(country: string, offsetMinutes: number): number | null {
  const hours = HOURS.get(country)
  return hours === undefined ? null : Math.min(...hours.map(hour => Math.abs(hour - offsetMinutes / 60)))
}
