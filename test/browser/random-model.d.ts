import { type PreScoreModel } from '@atalaya/client/contract'
/** Uniform numbers in 0..1 from a seed (mulberry32). */
export declare function seededRandom(seed: number): () => number
/** A pre-score network with random weights over all inputs: its score means nothing, its bits must agree. */
export declare function randomModel(seed: number, hidden?: readonly number[]): PreScoreModel
