/** What a shop's server does with Atalaya: asks once for each order, and knows what to do without an answer. */

export const settings = {
  url: process.env.ATALAYA_URL ?? 'http://127.0.0.1:8787',
  siteKey: process.env.ATALAYA_SITE_KEY ?? '',
  secretKey: process.env.ATALAYA_SECRET_KEY ?? '',
}
if (!settings.siteKey || !settings.secretKey) {
  console.error(
    'Set ATALAYA_SITE_KEY and ATALAYA_SECRET_KEY: `atalaya serve` prints both at its first start.',
  )
  process.exit(1)
}

/**
 * The decision on an order: `allow`, `challenge`, `review` or `deny`. Without an answer in time the order is one for a
 * person to look at: a sale is not lost because a service is away.
 */
export async function decide({ order, lines, account, token, request }) {
  try {
    const response = await fetch(`${settings.url}/v1/verify`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${settings.secretKey}`,
        'content-type': 'application/json',
        'idempotency-key': order.id,
      },
      body: JSON.stringify({
        token: token || null,
        action: 'checkout',
        // Behind a proxy this is the address that your proxy says.
        remoteIp: request.socket.remoteAddress?.replace(/^::ffff:/, ''),
        transaction: {
          ...order,
          account,
          items: lines.map(({ id, category, priceMinor, quantity }) => ({
            id,
            category,
            priceMinor,
            quantity,
          })),
          acceptLanguage: request.headers['accept-language'],
        },
      }),
      signal: AbortSignal.timeout(1500),
    })
    const answer = await response.json()
    if (!response.ok) throw new Error(answer.detail ?? `status ${response.status}`)
    return answer
  } catch (error) {
    console.error(`Atalaya did not decide order ${order.id}: ${error.message}`)
    return { decision: 'review', token: { status: 'unknown' } }
  }
}
