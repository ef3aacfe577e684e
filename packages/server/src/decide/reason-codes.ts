/** A text in the languages of the console. */
export interface Texts {
  readonly es: string
  readonly en: string
}

/**
 * A reason in words. Analysts read what was seen; merchants and shoppers read words that help a fraudster to no
 * better attempt.
 */
export interface ReasonTexts {
  readonly analyst: Texts
  readonly merchant: Texts
  /** Names what the merchant is told; several codes share one. */
  readonly merchantCode: MerchantCode
}

const MERCHANT = {
  order: {
    es: 'El pedido se aparta de lo habitual en la tienda',
    en: 'The order is unusual for the shop',
  },
  account: {
    es: 'La cuenta todavía no tiene un historial que respalde el pedido',
    en: 'The account has no record yet that would support the order',
  },
  activity: {
    es: 'Actividad de pagos inusual en torno al pedido',
    en: 'Unusual payment activity around the order',
  },
  payment: {
    es: 'No se pudo confirmar el medio de pago',
    en: 'The means of payment could not be confirmed',
  },
  place: {
    es: 'Los datos de ubicación del pedido no coinciden',
    en: 'The places named in the order do not agree',
  },
  session: {
    es: 'No se pudo confirmar la sesión de compra',
    en: 'The shopping session could not be confirmed',
  },
} as const satisfies Readonly<Record<string, Texts>>
export type MerchantCode = keyof typeof MERCHANT

const texts = (es: string, en: string, merchant: MerchantCode): ReasonTexts => ({
  analyst: { es, en },
  merchant: MERCHANT[merchant],
  merchantCode: merchant,
})

/** Texts by reason code. Codes are stable; texts may be reworded. */
export const REASON_CODES = {
  amount_unusual: texts('Monto inusual', 'Unusual amount', 'order'),
  amount_off_habit: texts(
    'Monto lejos de lo que suele gastar la cuenta o la tarjeta',
    "Amount far from the account's or the card's habit",
    'order',
  ),
  amount_off_seller: texts(
    'Monto lejos de lo habitual para el vendedor',
    "Amount far from the seller's usual",
    'order',
  ),
  amount_off_category: texts(
    'Monto lejos de lo habitual para la categoría',
    'Amount far from what is usual in the category',
    'order',
  ),
  account_velocity: texts(
    'Muchos pagos de la cuenta en poco tiempo',
    'Many payments of the account in a short time',
    'activity',
  ),
  card_velocity: texts(
    'Muchos pagos con la tarjeta en poco tiempo',
    'Many payments with the card in a short time',
    'activity',
  ),
  bin_velocity: texts(
    'Muchas tarjetas o pagos de un mismo BIN en poco tiempo',
    'Many cards or payments of one BIN in a short time',
    'activity',
  ),
  device_velocity: texts(
    'Muchos pagos desde el dispositivo o la sesión en poco tiempo',
    'Many payments from the device or session in a short time',
    'activity',
  ),
  ip_velocity: texts(
    'Muchos pagos desde la dirección IP o su red en poco tiempo',
    'Many payments from the IP address or its network in a short time',
    'activity',
  ),
  contact_velocity: texts(
    'Muchos pagos con el correo, el teléfono o la dirección de envío',
    'Many payments with the e-mail address, telephone or shipping address',
    'activity',
  ),
  seller_velocity: texts('Actividad inusual del vendedor', "Unusual activity of the seller's", 'activity'),
  habit_break: texts(
    'Ritmo de compra distinto del habitual',
    'A pace of buying unlike the usual',
    'activity',
  ),
  declines: texts('Pagos rechazados poco antes', 'Payments declined shortly before', 'payment'),
  fraud_history: texts(
    'Fraude confirmado de la cuenta, la tarjeta o su BIN, el dispositivo, la red o los datos de contacto',
    'Confirmed fraud of the account, card or its BIN, device, network or contact details',
    'activity',
  ),
  seller_fraud: texts(
    'Fraude confirmado en ventas del vendedor',
    'Confirmed fraud in sales of the seller',
    'activity',
  ),
  card_sharing: texts(
    'Varias tarjetas por cuenta o dispositivo, o varias cuentas por tarjeta',
    'Several cards per account or device, or several accounts per card',
    'activity',
  ),
  device_sharing: texts(
    'Varias cuentas por dispositivo, sesión o red',
    'Several accounts per device, session or network',
    'activity',
  ),
  contact_sharing: texts(
    'Varias cuentas o tarjetas con un mismo correo, teléfono o dirección de envío, o varias direcciones por cuenta',
    'Several accounts or cards with one e-mail address, telephone or shipping address, or several addresses per account',
    'activity',
  ),
  pair_new: texts(
    'La cuenta no había usado antes esta tarjeta, dispositivo, dirección, red o categoría',
    'The account had not used this card, device, address, network or category before',
    'account',
  ),
  account_new: texts('Cuenta nueva o sin compras', 'New account, or one without purchases', 'account'),
  entity_new: texts(
    'Tarjeta, dispositivo, red o dato de contacto vistos por primera vez o hace poco',
    'Card, device, network or contact detail seen for the first time or only lately',
    'account',
  ),
  identity_unconfirmed: texts(
    'Correo o teléfono sin confirmar o sospechoso',
    'E-mail or telephone unconfirmed or suspicious',
    'account',
  ),
  payment_check: texts(
    'Resultado de CVV, dirección o 3-D Secure desfavorable',
    'Unfavourable result of CVV, address or 3-D Secure check',
    'payment',
  ),
  payment_method: texts(
    'Medio de pago, cuotas o canal de más riesgo',
    'Riskier means of payment, instalments or channel',
    'payment',
  ),
  basket: texts(
    'Productos fáciles de revender o pedido atípico',
    'Goods easily sold on, or an untypical basket',
    'order',
  ),
  place_mismatch: texts(
    'Los países de IP, tarjeta, envío, teléfono, idioma u hora no coinciden',
    'Countries of IP, card, shipping, telephone, language or clock do not agree',
    'place',
  ),
  delivery_place: texts('Destino de entrega de más riesgo', 'Riskier place of delivery', 'place'),
  ip_origin: texts(
    'IP de un país o proveedor de más riesgo',
    'IP address of a riskier country or provider',
    'place',
  ),
  time_unusual: texts('Hora o día inusual', 'Unusual hour or day', 'order'),
  session_behaviour: texts(
    'Comportamiento de la sesión poco humano o apurado',
    'Session behaves hurried or unlike a person',
    'session',
  ),
  session_payments: texts(
    'Varios intentos de pago en la sesión',
    'Several payment attempts in the session',
    'payment',
  ),
  automation: texts('Señales de un navegador automatizado', 'Signs of an automated browser', 'session'),
  device_inconsistent: texts(
    'Datos del dispositivo inconsistentes o atípicos',
    'Inconsistent or untypical device',
    'session',
  ),
  prescore_high: texts('Puntaje previo de la sesión alto', 'High pre-score of the session', 'session'),
  token_problem: texts(
    'El token de comportamiento no es válido o no corresponde',
    'The behaviour token is not valid or not of this order',
    'session',
  ),
} as const satisfies Readonly<Record<string, ReasonTexts>>

export type ReasonCode = keyof typeof REASON_CODES
