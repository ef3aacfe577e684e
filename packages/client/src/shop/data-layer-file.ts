import { provideFile } from '../files.ts'
import { readDataLayer } from './data-layer.ts'

provideFile('datalayer', readDataLayer)
