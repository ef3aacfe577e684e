import type { Random } from './random.ts'

/** A department of Peru: UBIGEO prefix, postal prefix and share of online orders. */
interface Department {
  readonly name: string
  readonly ubigeo: string
  readonly share: number
}

/**
 * Shares follow population (INEI census 2017), with Lima and Callao weighted up as in Peruvian e-commerce reports
 * (about two thirds of online orders), and the rest in proportion.
 */
export const DEPARTMENTS: readonly Department[] = [
  { name: 'Lima', ubigeo: '15', share: 0.58 },
  { name: 'Callao', ubigeo: '07', share: 0.06 },
  { name: 'Arequipa', ubigeo: '04', share: 0.062 },
  { name: 'La Libertad', ubigeo: '13', share: 0.05 },
  { name: 'Piura', ubigeo: '20', share: 0.043 },
  { name: 'Lambayeque', ubigeo: '14', share: 0.036 },
  { name: 'Cusco', ubigeo: '08', share: 0.029 },
  { name: 'Junín', ubigeo: '12', share: 0.026 },
  { name: 'Áncash', ubigeo: '02', share: 0.02 },
  { name: 'Ica', ubigeo: '11', share: 0.019 },
  { name: 'Cajamarca', ubigeo: '06', share: 0.015 },
  { name: 'Puno', ubigeo: '21', share: 0.012 },
  { name: 'Tacna', ubigeo: '23', share: 0.011 },
  { name: 'San Martín', ubigeo: '22', share: 0.009 },
  { name: 'Loreto', ubigeo: '16', share: 0.008 },
  { name: 'Ucayali', ubigeo: '25', share: 0.007 },
  { name: 'Ayacucho', ubigeo: '05', share: 0.006 },
  { name: 'Moquegua', ubigeo: '18', share: 0.005 },
  { name: 'Tumbes', ubigeo: '24', share: 0.005 },
  { name: 'Huánuco', ubigeo: '10', share: 0.005 },
  { name: 'Apurímac', ubigeo: '03', share: 0.003 },
  { name: 'Amazonas', ubigeo: '01', share: 0.003 },
  { name: 'Pasco', ubigeo: '19', share: 0.002 },
  { name: 'Madre de Dios', ubigeo: '17', share: 0.002 },
  { name: 'Huancavelica', ubigeo: '09', share: 0.002 },
]

export interface Place {
  readonly country: string
  readonly region: string
  readonly ubigeo: string
  readonly postalCode: string
  readonly lineHash: string
}

/** A new street address somewhere in Peru, or in `region` when given. */
export function newPlace(rng: Random, region?: string): Place {
  const department = DEPARTMENTS.find(candidate => candidate.name === region) ?? rng.weighted(DEPARTMENTS)
  const district = rng.integer(1, 40).toString().padStart(2, '0')
  return {
    country: 'PE',
    region: department.name,
    ubigeo: `${department.ubigeo}01${district}`,
    // Peru's postal codes have five digits, the first two of them the department's; a district has a handful.
    postalCode: `${department.ubigeo}${district}${rng.integer(0, 5)}`,
    lineHash: rng.text(16, '0123456789abcdef'),
  }
}
