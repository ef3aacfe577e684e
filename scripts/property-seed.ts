import fc from 'fast-check'

/**
 * Property tests ask the same values in every run, so that a change that breaks one is told from one that does not.
 * `FC_SEED=random npm test` looks further; any other number repeats the run that told it.
 */
const asked = process.env['FC_SEED']
if (asked !== 'random') fc.configureGlobal({ seed: asked === undefined ? 20_261_124 : Number(asked) })
