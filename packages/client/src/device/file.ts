import { provideFile } from '../files.ts'
import { readVisitor } from './pack.ts'

provideFile('device', readVisitor)
