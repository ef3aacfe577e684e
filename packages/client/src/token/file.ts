import { provideFile } from '../files.ts'
import { createIssuer } from './issuer.ts'

provideFile('token', createIssuer)
