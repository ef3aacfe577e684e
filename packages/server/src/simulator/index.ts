export { type SimulationOptions, simulateHistory } from './simulate.ts'
