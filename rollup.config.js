import clientBundles from './packages/client/rollup.config.js'
import serverBundles from './packages/server/rollup.config.js'

export default [...clientBundles, ...serverBundles]
