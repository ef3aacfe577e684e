export { BLOCKING, type Blocking } from './blocking.ts'
export { driftOn, NO_DRIFT, readScenario, type Scenario } from './drift/scenario.ts'
export { type SimulationOptions, simulateHistory } from './simulate.ts'
