export { rebuildState, type ServiceState } from './service-state.ts'
export { SingleUseRegister } from './single-use.ts'
