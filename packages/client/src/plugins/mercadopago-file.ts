import { provideFile } from '../files.ts'
import { readMercadoPago } from './mercadopago.ts'

provideFile('mercadopago', readMercadoPago)
