export { type Import, type ImportOptions, type ImportReport, openImport } from './import.ts'
export { type Mapping, MappingSchema, mappingFault, readMapping } from './mapping.ts'
