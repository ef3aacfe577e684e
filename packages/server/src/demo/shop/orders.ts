import { randomBytes } from 'node:crypto'
import { cartTotalMinor, type Visitor } from './visitor.ts'

/** An order that waits for its payment. */
export interface ShopOrder {
  readonly id: string
  readonly amountMinor: number
  readonly currency: 'PEN'
}

const MAX_OPEN_ORDERS = 10_000

/** Orders opened at checkout; the amount is the shop's own, never the form's. The oldest make room for new ones. */
export class OpenOrders {
  readonly #orders = new Map<string, ShopOrder>()

  open(visitor: Visitor): ShopOrder {
    const order = {
      id: `Q-${randomBytes(6).toString('hex')}`,
      amountMinor: cartTotalMinor(visitor),
      currency: 'PEN',
    } as const
    if (this.#orders.size >= MAX_OPEN_ORDERS) {
      const [oldest] = this.#orders.keys()
      if (oldest !== undefined) this.#orders.delete(oldest)
    }
    this.#orders.set(order.id, order)
    return order
  }

  /** The order, if it is still open and the cart still has its amount. */
  find(id: string, visitor: Visitor): ShopOrder | undefined {
    const order = this.#orders.get(id)
    return order && order.amountMinor === cartTotalMinor(visitor) ? order : undefined
  }

  close(id: string): void {
    this.#orders.delete(id)
  }
}
