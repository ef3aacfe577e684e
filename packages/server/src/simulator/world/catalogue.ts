import { ALPHANUMERIC, type Random } from './random.ts'

/**
 * A category of goods.
 *
 * @property medianMinor median price in céntimos
 * @property sigma standard deviation of the logarithm of prices
 * @property share share of what is bought
 * @property resale easily sold on: what fraud rings want, and what half of the country wants for Christmas
 */
export interface Category {
  readonly name: string
  readonly medianMinor: number
  readonly sigma: number
  readonly share: number
  readonly resale: boolean
  readonly digital: boolean
}

const goods = (
  name: string,
  medianPen: number,
  sigma: number,
  share: number,
  kind: 'plain' | 'resale' | 'digital' = 'plain',
): Category => ({
  name,
  medianMinor: medianPen * 100,
  sigma,
  share,
  resale: kind === 'resale',
  digital: kind === 'digital',
})

export const CATEGORIES: readonly Category[] = [
  goods('fashion', 85, 0.6, 0.17),
  goods('home', 110, 0.8, 0.12),
  goods('beauty', 65, 0.6, 0.1),
  goods('groceries', 48, 0.6, 0.1),
  goods('phones', 820, 0.55, 0.085, 'resale'),
  goods('computers', 1500, 0.6, 0.045, 'resale'),
  goods('consoles', 1150, 0.55, 0.035, 'resale'),
  goods('audio', 190, 0.7, 0.05, 'resale'),
  goods('appliances', 480, 0.7, 0.065),
  goods('toys', 75, 0.6, 0.05),
  goods('sports', 120, 0.7, 0.045),
  goods('baby', 80, 0.6, 0.035),
  goods('pets', 70, 0.6, 0.03),
  goods('books', 45, 0.5, 0.025),
  goods('top_ups', 18, 0.6, 0.04, 'digital'),
  goods('gift_cards', 70, 0.6, 0.025, 'digital'),
]

export interface Seller {
  readonly id: string
  readonly category: Category
  /** Against the category's median. */
  readonly priceLevel: number
  /** Popularity among the sellers of its category. */
  readonly share: number
}

/** The market's sellers, by category. */
export type Market = ReadonlyMap<string, readonly Seller[]>

/** Sellers with price levels; a few sell much, most sell little (Zipf). */
export function newMarket(rng: Random, sellersPerCategory: number): Market {
  return new Map(
    CATEGORIES.map(category => [
      category.name,
      Array.from({ length: sellersPerCategory }, (_, rank) => ({
        id: `s-${rng.text(8, ALPHANUMERIC)}`,
        category,
        priceLevel: rng.logNormal(1, 0.22),
        share: 1 / (rank + 2),
      })),
    ]),
  )
}

/** A seller who joins the market later, outside of its ranking: only episodes send buyers there. */
export const newSeller = (rng: Random, category: Category): Seller => ({
  id: `s-${rng.text(8, ALPHANUMERIC)}`,
  category,
  priceLevel: rng.logNormal(1, 0.22),
  share: 0,
})

export function categoryNamed(name: string): Category {
  const found = CATEGORIES.find(category => category.name === name)
  if (!found) throw new RangeError(`no category ${name}`)
  return found
}

export const RESALE_CATEGORIES = CATEGORIES.filter(category => category.resale)
export const DIGITAL_CATEGORIES = CATEGORIES.filter(category => category.digital)
