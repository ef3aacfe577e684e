import { foldWord } from '../base/words.ts'
import { category, flag, number } from './declare.ts'
import type { Feature } from './types.ts'

/** The vocabulary of main categories, with the words that shops use for each. */
const CATEGORY_WORDS: Readonly<Record<string, readonly string[]>> = {
  phones: ['phones', 'phone', 'smartphones', 'celulares', 'celular', 'telefonia'],
  electronics: ['electronics', 'electronica', 'audio', 'tv', 'cameras', 'camaras', 'wearables'],
  computing: ['computing', 'computers', 'computo', 'computacion', 'laptops', 'tablets'],
  gaming: ['gaming', 'games', 'videogames', 'videojuegos', 'consoles', 'consolas'],
  gift_cards: [
    'gift_cards',
    'giftcards',
    'gift_card',
    'tarjetas_de_regalo',
    'digital',
    'top_up',
    'top_ups',
    'recargas',
  ],
  jewellery: ['jewellery', 'jewelry', 'watches', 'joyas', 'joyeria', 'relojes'],
  fashion: ['fashion', 'clothing', 'shoes', 'moda', 'ropa', 'calzado', 'zapatillas'],
  beauty: ['beauty', 'health', 'belleza', 'perfumes', 'salud'],
  home: ['home', 'furniture', 'appliances', 'hogar', 'muebles', 'electrodomesticos', 'garden'],
  groceries: ['groceries', 'grocery', 'food', 'abarrotes', 'supermercado', 'alimentos'],
  sports: ['sports', 'deportes', 'outdoor', 'bicicletas'],
  books: ['books', 'libros', 'stationery', 'papeleria'],
  toys: ['toys', 'kids', 'baby', 'juguetes', 'ninos', 'bebes'],
}
const CATEGORIES = Object.keys(CATEGORY_WORDS)
const BY_WORD = new Map(
  Object.entries(CATEGORY_WORDS).flatMap(([name, words]) => words.map(word => [word, name])),
)

/** Goods that are sold on at once for near their price, which is what stolen cards buy. */
const RESOLD: ReadonlySet<string> = new Set([
  'phones',
  'electronics',
  'computing',
  'gaming',
  'gift_cards',
  'jewellery',
])

function categoryOf(word: string): string {
  const known = BY_WORD.get(word)
  if (known !== undefined) return known
  return BY_WORD.get(foldWord(word)) ?? 'other'
}

export const BASKET_FEATURES: readonly Feature[] = [
  number('count', {
    name: 'basket_item_count',
    description: 'Pieces in the order',
    entity: 'order',
    source: 'transaction',
    compute: ({ event }) => event.basket.itemCount,
  }),
  number('share', {
    name: 'basket_digital_share',
    description: 'Share of the lines that are delivered electronically',
    entity: 'order',
    source: 'transaction',
    compute: ({ event }) => event.basket.digitalShare,
  }),
  category(CATEGORIES, {
    name: 'basket_category',
    description: 'Category that carries most of the amount',
    entity: 'order',
    source: 'transaction',
    compute: ({ event }) =>
      event.basket.mainCategory === null ? null : categoryOf(event.basket.mainCategory),
  }),
  flag({
    name: 'basket_resale',
    description: `The main category is easily sold on: ${[...RESOLD].join(', ')}`,
    entity: 'order',
    source: 'transaction',
    compute: ({ event }) =>
      event.basket.mainCategory === null ? null : RESOLD.has(categoryOf(event.basket.mainCategory)),
  }),
]
