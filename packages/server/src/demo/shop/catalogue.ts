import type { Drawing } from './illustrations.ts'

export interface Product {
  readonly id: string
  readonly name: { readonly es: string; readonly en: string }
  readonly text: { readonly es: string; readonly en: string }
  readonly category: string
  readonly priceMinor: number
  readonly seller: string
  readonly digital: boolean
  readonly drawing: Drawing
  /** One of the eight colour fields of the style sheet. */
  readonly hue: number
}

const product = (
  id: string,
  es: string,
  en: string,
  category: string,
  soles: number,
  seller: string,
  drawing: Drawing,
  hue: number,
  text: { es: string; en: string },
  digital = false,
): Product => ({
  id,
  name: { es, en },
  text,
  category,
  priceMinor: Math.round(soles * 100),
  seller,
  digital,
  drawing,
  hue,
})

/** What the demo shop sells, in PEN. Categories are the ones that the simulator's sellers use. */
export const PRODUCTS: readonly Product[] = [
  product(
    'cel-nazca-12',
    'Celular Nazca 12',
    'Nazca 12 phone',
    'electronics',
    1899,
    'Tecno Centro',
    'phone',
    1,
    {
      es: 'Pantalla de 6,4 pulgadas, 256 GB y dos días de batería. Liberado para todas las operadoras.',
      en: '6.4-inch display, 256 GB and two days of battery. Works with every carrier.',
    },
  ),
  product(
    'lap-colca-14',
    'Laptop Colca 14',
    'Colca 14 laptop',
    'electronics',
    3299,
    'Tecno Centro',
    'laptop',
    2,
    {
      es: 'Catorce pulgadas, 16 GB de memoria y 1,2 kg. Teclado en español.',
      en: 'Fourteen inches, 16 GB of memory and 1.2 kg. Spanish keyboard.',
    },
  ),
  product(
    'aud-quena',
    'Audífonos Quena',
    'Quena headphones',
    'electronics',
    349.9,
    'Sonido Sur',
    'headphones',
    3,
    {
      es: 'Cancelación de ruido y treinta horas de música.',
      en: 'Noise cancelling and thirty hours of music.',
    },
  ),
  product('con-inti', 'Consola Inti', 'Inti game console', 'gaming', 2199, 'Tecno Centro', 'console', 4, {
    es: 'Dos mandos y un juego incluido.',
    en: 'Two controllers and one game included.',
  }),
  product('rel-andes', 'Reloj Andes', 'Andes watch', 'electronics', 599, 'Sonido Sur', 'watch', 5, {
    es: 'Altímetro, GPS y correa de repuesto.',
    en: 'Altimeter, GPS and a spare strap.',
  }),
  product(
    'cam-paracas',
    'Cámara Paracas',
    'Paracas camera',
    'electronics',
    1249,
    'Tecno Centro',
    'camera',
    6,
    {
      es: 'Sumergible hasta diez metros.',
      en: 'Waterproof to ten metres.',
    },
  ),
  product(
    'zap-misti',
    'Zapatillas Misti',
    'Misti trainers',
    'fashion',
    289,
    'Calzados Arequipa',
    'sneaker',
    7,
    {
      es: 'Livianas, para asfalto y trocha.',
      en: 'Light, for road and trail.',
    },
  ),
  product(
    'moc-tambo',
    'Mochila Tambo',
    'Tambo backpack',
    'fashion',
    159,
    'Calzados Arequipa',
    'backpack',
    8,
    {
      es: 'Veinticinco litros, impermeable.',
      en: 'Twenty-five litres, waterproof.',
    },
  ),
  product('pon-alpaca', 'Poncho de alpaca', 'Alpaca poncho', 'fashion', 420, 'Tejidos Cusco', 'poncho', 1, {
    es: 'Tejido a mano en Chinchero.',
    en: 'Woven by hand in Chinchero.',
  }),
  product(
    'caf-villa-rica',
    'Café Villa Rica 1 kg',
    'Villa Rica coffee 1 kg',
    'grocery',
    62,
    'Finca Selva Alta',
    'coffee',
    2,
    {
      es: 'Grano entero, tueste medio.',
      en: 'Whole bean, medium roast.',
    },
  ),
  product('lic-sillar', 'Licuadora Sillar', 'Sillar blender', 'home', 219, 'Casa Misia', 'blender', 5, {
    es: 'Vaso de vidrio y seis cuchillas.',
    en: 'Glass jar and six blades.',
  }),
  product(
    'gif-200',
    'Tarjeta de regalo S/ 200',
    'Gift card S/ 200',
    'gift_cards',
    200,
    'Qhatu',
    'giftcard',
    4,
    { es: 'Llega por correo al momento.', en: 'Arrives by e-mail at once.' },
    true,
  ),
]

export const productById = (id: string): Product | undefined =>
  PRODUCTS.find(candidate => candidate.id === id)
