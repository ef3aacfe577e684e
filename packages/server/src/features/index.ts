export {
  CATALOGUE,
  CATALOGUE_VERSION,
  COMMISSIONED,
  computeFeatures,
  computeValues,
  FAMILIES,
  nameFeatures,
} from './catalogue.ts'
export {
  COLUMNS,
  encodeRow,
  encoder,
  featureOfColumn,
  type RowEncoder,
  type ValuesEncoder,
  valuesEncoder,
} from './columns.ts'
export type { Feature, FeatureInput, FeatureRow, FeatureValue, FeatureValues, SiteSettings } from './types.ts'
