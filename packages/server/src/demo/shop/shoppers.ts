/** Someone who can be signed in at the demo shop. */
export interface DemoShopper {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly phone: string
  /** Age of the account in days. */
  readonly accountAgeDays: number
}

/** Two people the visitor can be; a third choice in the shop makes a brand-new account. */
export const SHOPPERS: readonly DemoShopper[] = [
  {
    id: 'rosa',
    name: 'Rosa Quispe',
    email: 'rosa.quispe@example.pe',
    phone: '+51987650001',
    accountAgeDays: 1240,
  },
  {
    id: 'diego',
    name: 'Diego Salazar',
    email: 'diego.salazar@example.pe',
    phone: '+51987650002',
    accountAgeDays: 35,
  },
]

/** Where the visitor's orders seem to come from: a page on this machine has only a loopback address. */
export const CONNECTIONS = {
  lima: { es: 'Lima, fibra de casa', en: 'Lima, home fibre', ip: '190.232.10.25' },
  abroad: { es: 'Extranjero', en: 'Abroad', ip: '81.2.69.142' },
  hosting: { es: 'Centro de datos', en: 'Data centre', ip: '3.120.0.10' },
} as const
export type Connection = keyof typeof CONNECTIONS
export const isConnection = (value: string | undefined): value is Connection =>
  value !== undefined && Object.hasOwn(CONNECTIONS, value)
