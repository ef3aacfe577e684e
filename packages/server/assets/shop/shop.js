// The merchant's own script: takes the behaviour token at submit and sends it with the form.
const form = document.querySelector('#checkout')
if (form instanceof HTMLFormElement) {
  let sending = false
  form.addEventListener('submit', async event => {
    if (sending) return
    event.preventDefault()
    sending = true
    const button = form.querySelector('button[type=submit]')
    if (button instanceof HTMLButtonElement) button.disabled = true
    const { orderId, amountMinor, currency } = form.dataset
    const order = { id: orderId, amountMinor: Number(amountMinor), currency }
    // A blocked SDK leaves no token: the order is sent all the same.
    const token = (await window.Atalaya?.token?.({ action: 'checkout', order })) ?? ''
    form.elements.namedItem('token').value = token
    form.submit()
  })
}
