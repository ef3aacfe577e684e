import Type from 'typebox'

/** ISO 4217 alphabetic code. */
export const CurrencySchema = Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217 code' })

/** Integer minor units (céntimos of PEN, cents of USD); at most a trillion so that sums stay exact in a double. */
export const AmountMinorSchema = Type.Integer({
  minimum: 0,
  maximum: 1_000_000_000_000,
  description: 'Amount in minor units of the currency',
})
