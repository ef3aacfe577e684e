import { DIGITS, type Random } from './random.ts'

/** How an account can be reached, as its owner typed it. */
export interface Contact {
  readonly name: string
  readonly email: string
  readonly phone: string
}

const NAMES = (
  'Ana,Luis,Rosa,Jorge,Carmen,José,María,Juan,Lucía,Pedro,Diana,Carlos,Sofía,Miguel,Elena,Raúl,Julia,César,Milagros,' +
  'Víctor,Gladys,Manuel,Yolanda,Edwin,Flor,Renzo,Katherine,Percy,Ximena,Wilmer,Norma,Bryan'
).split(',')
const SURNAMES = (
  'Quispe,Flores,Sánchez,Rodríguez,García,Rojas,Mamani,Ramos,Torres,Díaz,Vargas,Castillo,Huamán,Chávez,Vásquez,' +
  'Ramírez,Mendoza,Espinoza,Gutiérrez,Condori,Huanca,Paredes,Salazar,Aguilar,Cruz,Palomino,Cárdenas,Soto'
).split(',')
const NICKNAMES =
  'gatita,elchino,solcito,pepe,princesa,lobo,flaquito,estrella,negrita,chato,reina,toro'.split(',')
const MAIL = [
  { domain: 'gmail.com', share: 0.62 },
  { domain: 'hotmail.com', share: 0.2 },
  { domain: 'outlook.com', share: 0.08 },
  { domain: 'yahoo.es', share: 0.05 },
  { domain: 'icloud.com', share: 0.05 },
]
const DISPOSABLE = ['yopmail.com', 'mailinator.com', 'mohmal.com', 'tempail.com']
/** People from elsewhere who live in Peru, Venezuelans before all, and travellers. */
const FOREIGN_PREFIXES = [
  { prefix: '+5841', share: 0.6 },
  { prefix: '+573', share: 0.2 },
  { prefix: '+346', share: 0.1 },
  { prefix: '+1305', share: 0.1 },
]

/** Share of disposable mailboxes among accounts made for a purpose, a fraud or a second welcome coupon. */
export const DISPOSABLE_SHARE = 0.04

/** A Peruvian name with one surname or both. */
export function newName(rng: Random): string {
  const name = `${rng.pick(NAMES)} ${rng.pick(SURNAMES)}`
  return rng.chance(0.6) ? `${name} ${rng.pick(SURNAMES)}` : name
}

/**
 * Contacts of a new person.
 *
 * @param disposable share with a mailbox to throw away
 */
export function newContact(rng: Random, disposable: number, name = newName(rng)): Contact {
  return { name, email: newEmail(rng, name, disposable), phone: newPhone(rng) }
}

/** Two in three people put their name into their address; the others a nickname. */
export function newEmail(rng: Random, name: string, disposable: number): string {
  const [first = '', last = ''] = asciiOf(name).split(' ')
  const style = rng.next()
  const user =
    style < 0.35
      ? `${first}.${last}`
      : style < 0.55
        ? `${first}${last}`
        : style < 0.68
          ? `${first.slice(0, 1)}${last}`
          : `${rng.pick(NICKNAMES)}${rng.chance(0.5) ? first : ''}`
  const digits = rng.chance(0.55) ? rng.text(rng.integer(1, 4), DIGITS) : ''
  return `${user}${digits}@${rng.chance(disposable) ? rng.pick(DISPOSABLE) : rng.weighted(MAIL).domain}`
}

/** Mobile numbers: nine digits that begin with 9; three in a hundred shops' records lack the country. */
export function newPhone(rng: Random): string {
  if (rng.chance(0.015)) return `${rng.weighted(FOREIGN_PREFIXES).prefix}${rng.text(7, DIGITS)}`
  const national = `9${rng.text(8, DIGITS)}`
  return rng.chance(0.03) ? national : `+51${national}`
}

const asciiOf = (name: string) =>
  name
    .normalize('NFD')
    .replace(/[^A-Za-z ]/g, '')
    .toLowerCase()
