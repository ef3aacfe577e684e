export { CATALOGUE, CATALOGUE_VERSION, COMMISSIONED, computeFeatures, FAMILIES } from './catalogue.ts'
export { COLUMNS, encodeRow, encoder, featureOfColumn, type RowEncoder } from './columns.ts'
export type { Feature, FeatureInput, FeatureRow, FeatureValue, SiteSettings } from './types.ts'
