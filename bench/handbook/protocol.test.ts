import { describe, expect, it } from 'vitest'
import { cardPrecision, dayOf, foldDays, foldRows, foldsOf, type Payment } from './protocol.ts'

const fold = foldDays('2018-07-25')
const first = dayOf(Date.UTC(2018, 6, 25))

/** A payment on a day counted from the first day of training. */
const pay = (day: number, customer: string, fraud = false): Payment => ({ day: first + day, customer, fraud })

const tested = (payments: readonly Payment[]) => [...foldRows(payments, fold).test]

describe('the days of a fold', () => {
  it('are seven of training, seven of waiting, seven of test', () => {
    expect(fold.train).toEqual({ from: first, to: first + 7 })
    expect(fold.test).toEqual({ from: first + 14, to: first + 21 })
    const rows = foldRows(
      [-1, 0, 6, 7, 13, 14, 20, 21].map(day => pay(day, 'ada')),
      fold,
    )
    expect([...rows.train]).toEqual([1, 2])
    expect([...rows.test]).toEqual([5, 6])
  })

  it('refuse what is no date', () => {
    expect(() => foldDays('25.07.2018')).toThrow('is no date')
    expect(() => foldDays('2018-13-01')).toThrow('is no date')
    expect(() => foldDays('2018-02-30')).toThrow('is no date')
  })
})

describe('the folds of several starts', () => {
  it('may be one alone, and stand in the order given', () => {
    expect(foldsOf(['2018-08-15', '2018-07-25']).map(({ start }) => start)).toEqual([
      '2018-08-15',
      '2018-07-25',
    ])
    expect(foldsOf(['2018-07-25'])).toEqual([fold])
  })

  it('are refused when there is none or one comes twice, which would weigh it twice', () => {
    expect(() => foldsOf([])).toThrow('give --starts')
    expect(() => foldsOf(['2018-07-25', '2018-07-25'])).toThrow('2018-07-25 comes twice')
  })
})

describe('customers known to be compromised', () => {
  it('are left out of the whole test after a fraud in the training week', () => {
    expect(tested([pay(0, 'ada', true), pay(6, 'bob', true), pay(14, 'ada'), pay(20, 'bob')])).toEqual([])
  })

  it('are tested until the label of a later fraud is known, eight days after', () => {
    expect(tested([pay(7, 'ada', true), pay(14, 'ada'), pay(15, 'ada'), pay(16, 'ada')])).toEqual([1])
  })

  it('are tested when the fraud came in the test week itself', () => {
    expect(tested([pay(14, 'ada', true), pay(20, 'ada', true)])).toEqual([0, 1])
  })

  it('are not those of frauds before the training week', () => {
    expect(tested([pay(-1, 'ada', true), pay(14, 'ada')])).toEqual([1])
  })
})

describe('card precision', () => {
  it('takes the highest score of a customer, whichever of the payments is the fraud', () => {
    const payments = [pay(14, 'ada', true), pay(14, 'ada'), pay(14, 'bob'), pay(14, 'cleo', true)]
    expect(cardPrecision(payments, [0.1, 0.9, 0.5, 0.4], 1)).toBe(1)
    expect(cardPrecision(payments, [0.1, 0.9, 0.5, 0.4], 2)).toBe(0.5)
  })

  it('leaves a customer who was found out of later days, and keeps one who was missed', () => {
    const payments = [
      ...[pay(14, 'ada', true), pay(14, 'bob', true)],
      ...[pay(15, 'ada', true), pay(15, 'bob', true)],
    ]
    // Day one finds Ada; on day two she is gone, so Bob is first.
    expect(cardPrecision(payments, [0.9, 0.1, 0.9, 0.1], 1)).toBe(1)
  })

  it('is averaged over the days, in their order whatever that of the rows', () => {
    const payments = [pay(15, 'ada', true), pay(14, 'ada', true)]
    expect(cardPrecision(payments, [0.9, 0.9], 1)).toBe(0.5)
  })

  it('divides by k also on a day with fewer customers', () => {
    expect(cardPrecision([pay(14, 'ada', true)], [0.9], 100)).toBe(0.01)
  })
})
