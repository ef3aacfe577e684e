/** What the example shops sell, in minor units of PEN. */
export const PRODUCTS = [
  { id: 'lamp', name: 'Lamp of Cusco', category: 'home', priceMinor: 12990 },
  { id: 'chair', name: 'Chair of Catacaos', category: 'home', priceMinor: 24900 },
  { id: 'phone', name: 'Telephone', category: 'phones', priceMinor: 139900 },
]

export const CURRENCY = 'PEN'

/** The products of a cart, given as ids, with quantities. Unknown ids are left out. */
export function linesOf(cart) {
  return PRODUCTS.map(product => ({
    ...product,
    quantity: cart.filter(id => id === product.id).length,
  })).filter(({ quantity }) => quantity > 0)
}

export function totalMinor(lines) {
  return lines.reduce((sum, { priceMinor, quantity }) => sum + priceMinor * quantity, 0)
}
