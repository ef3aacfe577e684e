import { parentPort, workerData } from 'node:worker_threads'
import { fitNetwork, type NetworkTask } from './network.ts'

/**
 * TensorFlow.js keeps its engine in a global, which the contract's own build of it shares: two copies in one thread
 * would mix their tensors' classes. So full TensorFlow.js, which training needs, has a thread to itself.
 */
const fitted = fitNetwork(workerData as NetworkTask, progress => parentPort?.postMessage({ progress }))
parentPort?.postMessage({ fitted })
