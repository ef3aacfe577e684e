import type { Import } from '../import/index.ts'
import { type Finding, finding, percent, shareOf } from './finding.ts'
import { DAY_MS, type Tally } from './tally.ts'

/** Training needs 20 frauds to learn from and 5 in each of two further slices. */
const FEWEST_FRAUDS = 30
/** With fewer, figures of a model differ by chance more than models do. */
const FEW_FRAUDS = 200
/** No shop has so much fraud: rows were left out, or labels are made up. */
const HIGH_FRAUD_SHARE = 0.2
/** Rows below which the shape of a file says nothing. */
const FEW_ROWS = 100
/** An amount so many times the median is looked at. */
const ABSURD = 1000
/** Major units: a shop's median order is not above it. */
const HIGH_MEDIAN_MAJOR = 1000
const MINOR_PER_MAJOR = 100

/** What the good rows say as a whole. */
export function recordFindings(
  tally: Tally,
  opened: Import,
  site: { readonly timeZone: string; readonly currency: string },
): Finding[] {
  if (tally.rows === 0) return []
  return [
    ...labelFindings(tally, opened),
    ...amountFindings(tally, opened, site.currency),
    ...hourFindings(tally, site.timeZone),
  ]
}

function labelFindings(tally: Tally, { plan }: Import): Finding[] {
  const { rows, frauds, genuine } = tally
  const labelled = frauds + genuine
  const subject = plan.label.column
  const found: Finding[] = []
  if (labelled === 0)
    found.push(
      finding(
        'refuse',
        'no_labels',
        `no row has a label in column "${subject}"`,
        'Export the labels as well.',
        {
          subject,
          rows,
        },
      ),
    )
  else if (frauds === 0 || genuine === 0)
    found.push(
      finding(
        'refuse',
        'one_class_only',
        `every label says ${frauds === 0 ? 'genuine' : 'fraud'}`,
        `Check label.fraud (${plan.label.fraud.join(', ')}) and label.genuine (${plan.label.genuine.join(', ')}) of the mapping, and that the export holds both.`,
        { subject, rows: labelled },
      ),
    )
  else if (frauds < FEW_FRAUDS)
    found.push(
      finding(
        frauds < FEWEST_FRAUDS ? 'refuse' : 'warn',
        'too_few_frauds',
        `there are ${frauds} frauds among ${labelled} labelled rows`,
        frauds < FEWEST_FRAUDS
          ? `Training needs at least ${FEWEST_FRAUDS}: export a longer time.`
          : `Below ${FEW_FRAUDS} a model's figures differ by chance: look at their intervals, or export a longer time.`,
        { subject, rows: frauds },
      ),
    )
  if (frauds > 0 && genuine > 0 && labelled >= FEW_ROWS && frauds / labelled > HIGH_FRAUD_SHARE)
    found.push(
      finding(
        'warn',
        'many_frauds',
        `${percent(frauds / labelled)} of the labelled rows are fraud`,
        'A shop has far less: probabilities will be as much too high as genuine rows were left out.',
        { subject, rows: frauds },
      ),
    )
  if (labelled > 0 && labelled < rows)
    found.push(
      finding(
        'note',
        'labels_missing',
        `${shareOf(rows - labelled, rows)} have no label`,
        'They count as history and are not learnt from.',
        { subject, rows: rows - labelled },
      ),
    )
  return [...found, ...delayFindings(tally, plan.label, labelled)]
}

function delayFindings(
  { leastDelayMs, mostDelayMs }: Tally,
  label: Import['plan']['label'],
  labelled: number,
): Finding[] {
  if (labelled < 2 || leastDelayMs !== mostDelayMs) return []
  const days = Number((leastDelayMs / DAY_MS).toFixed(2))
  return [
    finding(
      'note',
      'labels_of_one_delay',
      `every label is taken to be known ${days} days after its payment`,
      label.observedAt
        ? `Column "${label.observedAt.column}" looks computed: give the time when each became known.`
        : 'If a column says when each became known, name it as label.observedAt; training then knows what was known when.',
      { subject: label.observedAt?.column ?? label.column, rows: labelled },
    ),
  ]
}

function amountFindings(tally: Tally, { plan }: Import, siteCurrency: string): Finding[] {
  const { rows, zeroAmounts, zeroLines, wholeAmounts, largest, currencies } = tally
  const mapped = plan.columns.find(({ field }) => field.path === 'transaction.amountMinor')?.mapped
  const subject = mapped?.column ?? ''
  const median = tally.amountQuantile(0.5)
  const found: Finding[] = []
  if (zeroAmounts > 0)
    found.push(
      finding(
        'warn',
        'amount_zero',
        `${shareOf(zeroAmounts, rows)} have an amount of 0`,
        'They are kept. Card checks and gifts are no payments: leave them out of the export if they are that.',
        { subject, rows: zeroAmounts, lines: zeroLines },
      ),
    )
  const absurd = largest.filter(({ amountMinor }) => amountMinor > ABSURD * median)
  if (absurd.length > 0 && rows >= FEW_ROWS)
    found.push(
      finding(
        'warn',
        'amount_absurd',
        `amounts reach ${(absurd[0]?.amountMinor ?? 0) / MINOR_PER_MAJOR}, more than ${ABSURD} times the median of about ${Math.round(median / MINOR_PER_MAJOR)}`,
        'They are kept. Look whether a decimal point was lost there.',
        { subject, lines: absurd.map(({ line }) => line).sort((a, b) => a - b) },
      ),
    )
  if (
    rows >= FEW_ROWS &&
    mapped?.unit !== 'minor' &&
    wholeAmounts === rows &&
    median >= HIGH_MEDIAN_MAJOR * MINOR_PER_MAJOR
  )
    found.push(
      finding(
        'warn',
        'amount_units',
        `every amount is a whole number and the median is about ${Math.round(median / MINOR_PER_MAJOR)}: these look like minor units (cents) read as major ones`,
        'If so, write "unit": "minor" for the column in the mapping.',
        { subject, rows },
      ),
    )
  const foreign = [...currencies].filter(([currency]) => currency !== siteCurrency)
  if (foreign.length > 0)
    found.push(
      finding(
        'note',
        'currencies',
        `${shareOf(
          foreign.reduce((sum, [, count]) => sum + count, 0),
          rows,
        )} are in other currencies than the shop's ${siteCurrency}: ${foreign
          .map(([currency]) => currency)
          .slice(0, 10)
          .join(', ')}`,
        'Amounts are compared in the currency of the shop, by its table of rates.',
        { rows: foreign.reduce((sum, [, count]) => sum + count, 0) },
      ),
    )
  return found
}

/** Hours of the longest quiet time of a day. */
const QUIET_HOURS = 5
/** Of an even day's share of those hours: below it a file has a night at all. */
const QUIET_SHARE = 0.4
/** The middle of a shop's quietest hours lies before this hour of the day, and after midnight less an hour. */
const NIGHT_ENDS = 9
const NIGHT_BEGINS = 23

/** A shop sleeps at night; one that sleeps at noon has its times in another zone. */
function hourFindings({ hours, rows, midnights }: Tally, timeZone: string): Finding[] {
  const found: Finding[] = []
  if (rows >= FEW_ROWS && midnights > rows / 2)
    found.push(
      finding(
        'warn',
        'times_without_hour',
        `${shareOf(midnights, rows)} are at midnight: the column seems to hold dates without a time of day`,
        'Order within a day, velocities and the hour of the day are lost: export the full time.',
        { rows: midnights },
      ),
    )
  const starts = Array.from({ length: 24 }, (_, start) => {
    let sum = 0
    for (let hour = 0; hour < QUIET_HOURS; hour++) sum += hours[(start + hour) % 24] ?? 0
    return { start, sum }
  })
  const quietest = starts.reduce((least, one) => (one.sum < least.sum ? one : least))
  const middle = (quietest.start + QUIET_HOURS / 2) % 24
  const hasNight = quietest.sum < (QUIET_SHARE * rows * QUIET_HOURS) / 24
  const busyHours = hours.filter(count => count > 0).length
  if (rows < 10 * FEW_ROWS || !hasNight || busyHours < 12 || middle < NIGHT_ENDS || middle >= NIGHT_BEGINS)
    return found
  const end = (quietest.start + QUIET_HOURS) % 24
  found.push(
    finding(
      'warn',
      'time_zone_doubtful',
      `by the clock of ${timeZone} the shop is quietest from ${quietest.start}:00 to ${end}:00, not at night`,
      'Check the "zone" of the time in the mapping and --time-zone: the times may be of another zone.',
      { rows: quietest.sum },
    ),
  )
  return found
}
