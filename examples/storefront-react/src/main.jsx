import { useAtalaya } from '@atalaya/client/react'
import { StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'

/** What the server knows and the page needs: the publishable key, where the service is, the products. */
const shop = JSON.parse(document.querySelector('meta[name=shop]').content)

function useShopAgent() {
  return useAtalaya({ siteKey: shop.siteKey, endpoint: shop.endpoint, consent: 'full' })
}

async function send(path, body) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return response.json()
}

function App() {
  const atalaya = useShopAgent()
  const [cart, setCart] = useState([])
  const [view, setView] = useState({ name: 'list' })
  const show = next => {
    history.pushState({}, '', `/${next.name === 'list' ? '' : next.name}`)
    setView(next)
  }
  return (
    <>
      <nav>
        <button type="button" onClick={() => show({ name: 'list' })}>
          Shop
        </button>{' '}
        <button type="button" onClick={() => show({ name: 'cart' })}>
          Cart ({cart.length})
        </button>
      </nav>
      {view.name === 'list' && (
        <List
          onOpen={product => {
            atalaya.track('select_item')
            show({ name: 'product', product })
          }}
        />
      )}
      {view.name === 'product' && (
        <Product
          product={view.product}
          onAdd={() => {
            atalaya.track('add_to_cart')
            setCart([...cart, view.product.id])
            show({ name: 'cart' })
          }}
        />
      )}
      {view.name === 'cart' && (
        <Cart
          cart={cart}
          onRemove={index => {
            atalaya.track('remove_from_cart')
            setCart(cart.toSpliced(index, 1))
          }}
          onCheckout={async () => {
            atalaya.track('begin_checkout')
            show({ name: 'checkout', order: await send('/api/checkout', { cart }) })
          }}
        />
      )}
      {view.name === 'checkout' && (
        <Checkout
          order={view.order}
          onDecided={verdict => {
            if (verdict.decision === 'allow') {
              setCart([])
              // What comes next is another session.
              atalaya.reset()
            }
            show({ name: 'done', verdict })
          }}
        />
      )}
      {view.name === 'done' && (
        <p id="verdict">
          Order: <span data-decision>{view.verdict.decision}</span>, token:{' '}
          <span data-token>{view.verdict.token.status}</span>
        </p>
      )}
    </>
  )
}

/** Impressions are the one thing that attributes see better than handlers: when half of a product is in view. */
function List({ onOpen }) {
  return shop.products.map(product => (
    <article key={product.id} data-atalaya-product={product.id}>
      <h2>{product.name}</h2>
      <button type="button" onClick={() => onOpen(product)}>
        Look at {product.name}
      </button>
    </article>
  ))
}

function Product({ product, onAdd }) {
  return (
    <>
      <h1>{product.name}</h1>
      <p>S/ {(product.priceMinor / 100).toFixed(2)}</p>
      <button type="button" onClick={onAdd}>
        Add to cart
      </button>
    </>
  )
}

function Cart({ cart, onRemove, onCheckout }) {
  return (
    <>
      {cart.map((id, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same product may be there twice
        <p key={index}>
          {id}{' '}
          <button type="button" onClick={() => onRemove(index)}>
            Remove
          </button>
        </p>
      ))}
      <button type="button" disabled={cart.length === 0} onClick={onCheckout}>
        Checkout
      </button>
    </>
  )
}

function Checkout({ order, onDecided }) {
  const atalaya = useShopAgent()
  const [paying, setPaying] = useState(false)
  const pay = async event => {
    event.preventDefault()
    const email = new FormData(event.currentTarget).get('email')
    setPaying(true)
    atalaya.track('add_payment_info')
    // Within 1.5 s, '' when there is none; the order is sent in every case.
    const token = await atalaya.token({ action: 'checkout', order })
    const verdict = await send('/api/order', { orderId: order.id, email, token })
    if (verdict.decision === 'allow') atalaya.track('purchase')
    if (verdict.decision === 'deny') atalaya.track('payment_failed')
    onDecided(verdict)
  }
  return (
    <form onSubmit={pay}>
      <p>To pay: S/ {(order.amountMinor / 100).toFixed(2)}</p>
      <label>
        E-mail <input name="email" type="email" autoComplete="email" required />
      </label>
      <button type="submit" disabled={paying}>
        Pay
      </button>
    </form>
  )
}

createRoot(document.getElementById('root')).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
