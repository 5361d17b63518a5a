/**
 * The page: one mug, and Stripe's Payment Element.
 *
 * Stripe.js comes from Stripe's own host and from nowhere else: it keeps card numbers out of this page, and with them most of PCI. Never bundle it, and never serve it
 * from your own host.
 */
export function page(publishableKey: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Stoneware mug</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 28rem; margin: 3rem auto; padding: 0 1rem; }
  button { font: inherit; padding: .6rem 1.2rem; margin-top: 1rem; }
  [role=status] { min-height: 1.5rem; margin-top: 1rem; }
</style>
</head>
<body data-key="${publishableKey}">
<h1>Stoneware mug</h1>
<form id="pay">
  <div id="payment"></div>
  <button disabled>Pay</button>
</form>
<p role="status">Loading the payment form …</p>
<script src="https://js.stripe.com/v3/"></script>
<script type="module" src="/page.js"></script>
</body>
</html>
`
}

/** What the page does, in the browser. */
export const script = `const form = document.querySelector('#pay')
const button = form.querySelector('button')
const status = document.querySelector('[role=status]')

async function showOrder() {
  const { orderId, token } = JSON.parse(sessionStorage.order)
  const response = await fetch('/orders/' + orderId, { headers: { authorization: 'Bearer ' + token } })
  const order = await response.json()
  status.textContent = 'Order ' + order.number + ': ' + order.displayStatus
  if (/^(awaiting|payment)/.test(order.displayStatus)) return void setTimeout(showOrder, 1000)
  delete sessionStorage.order
}

/** The order of this tab: reloading the page places no second one. */
async function checkoutOfTab() {
  sessionStorage.order ??= JSON.stringify(await (await fetch('/checkout', { method: 'POST' })).json())
  return JSON.parse(sessionStorage.order)
}

async function openPayment() {
  if (typeof Stripe === 'undefined') throw new Error('Stripe.js could not be loaded')
  const { clientSecret, total } = await checkoutOfTab()
  const price = new Intl.NumberFormat('en', { style: 'currency', currency: total.currency }).format(total.amountMinor / 100)
  const stripe = Stripe(document.body.dataset.key)
  const elements = stripe.elements({ clientSecret })
  elements.create('payment').mount('#payment')
  button.textContent = 'Pay ' + price
  button.disabled = false
  status.textContent = ''
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    button.disabled = true
    const { error } = await stripe.confirmPayment({ elements, confirmParams: { return_url: location.origin + '/?paid' } })
    button.disabled = false
    status.textContent = error.message
  })
}

if (location.search.includes('paid')) {
  form.hidden = true
  status.textContent = 'Looking for your order …'
  showOrder().catch(() => { status.textContent = 'There is no order in this tab.' })
} else {
  openPayment().catch(() => { status.textContent = 'The shop cannot take payments just now.' })
}
`
