import { type BenchContext, NotMeasurable, type RowGroup } from '../context.ts'

const VARIABLE = 'ATALAYA_HANDBOOK_DATA'

async function measure({ quick, progress }: BenchContext) {
  const data = process.env[VARIABLE]
  if (!data)
    throw new NotMeasurable(
      `needs the public data: set ${VARIABLE} to path/to/transactions.csv.gz, or run npm run bench:handbook -- --data path/to/transactions.csv.gz (docs/benchmarks.md)`,
    )
  const [{ measureHandbook, TEST_STARTS }, { bestPublished }, { list }] = await Promise.all([
    import('../handbook/measure.ts'),
    import('../handbook/published.ts'),
    import('../public-data/command.ts'),
  ])
  const starts = quick ? TEST_STARTS.slice(0, 1) : TEST_STARTS
  const { mean } = await measureHandbook(list(data), starts, progress)
  const note = quick ? 'quick: one fold instead of four' : 'mean of four weeks; labels a week late'
  return {
    'handbook.ap': { ours: mean.ap, reference: bestPublished('ap'), note },
    'handbook.auc': { ours: mean.auc, reference: bestPublished('auc'), note },
    'handbook.cp100': { ours: mean.cp100, reference: bestPublished('cp100'), note },
  }
}

/** The public card payments, when their file is on this machine. */
export const handbookRows: RowGroup = { ids: ['handbook.ap', 'handbook.auc', 'handbook.cp100'], measure }
