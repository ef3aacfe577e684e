export { prepareDataFolder, RESTORING, readJson, writePrivateJson } from './files.ts'
export { type InstallationSecrets, openSecrets, renewNonceKey } from './installation.ts'
export { siteCurrencyConverter } from './rates.ts'
export { isOrigin, type Site, siteFault } from './site.ts'
export {
  type CreatedSite,
  type KeyHolder,
  type NewSite,
  openSites,
  type SiteChange,
  type Sites,
} from './sites.ts'
export { watchSites } from './watch.ts'
