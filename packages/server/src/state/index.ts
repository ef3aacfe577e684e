export { rebuildState, type ServiceState } from './service-state.ts'
export { SingleUseRegister } from './single-use.ts'
export { readSnapshotFile, removeSnapshotFile } from './snapshot-file.ts'
export { keepSnapshots, type Snapshots } from './snapshots.ts'
