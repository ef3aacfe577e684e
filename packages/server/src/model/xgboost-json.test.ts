import { describe, expect, it } from 'vitest'
import { ModelError } from './errors.ts'
import { margin } from './trees.ts'
import { parseXgboostJson } from './xgboost-json.ts'

/** One split on column 1 at 2.5, missing to the left: -0.5 below, 0.25 otherwise. */
const STUMP = {
  left_children: [1, -1, -1],
  right_children: [2, -1, -1],
  split_indices: [1, 0, 0],
  split_conditions: [2.5, -0.5, 0.25],
  sum_hessian: [10, 6, 4],
  default_left: [1, 0, 0],
  split_type: [0, 0, 0],
  tree_param: { size_leaf_vector: '1' },
}

function model({ tree = {}, learner = {}, params = {}, booster = {} }: Record<string, object> = {}): string {
  return JSON.stringify({
    learner: {
      feature_names: ['amount', 'count'],
      objective: { name: 'binary:logistic' },
      learner_model_param: {
        base_score: '5E-1',
        num_feature: '2',
        num_class: '0',
        num_target: '1',
        ...params,
      },
      gradient_booster: { name: 'gbtree', model: { trees: [{ ...STUMP, ...tree }] }, ...booster },
      ...learner,
    },
    version: [1, 7, 4],
  })
}

const score = (json: string, ...row: number[]): number =>
  margin(parseXgboostJson(json), Float32Array.from(row))

describe('parseXgboostJson', () => {
  it('reads splits, missing directions and column names', () => {
    expect(parseXgboostJson(model()).columns).toEqual(['amount', 'count'])
    expect([2, 2.5, 3, Number.NaN].map(count => score(model(), 0, count))).toEqual([-0.5, 0.25, 0.25, -0.5])
  })

  it('reads default directions written as booleans', () => {
    expect(score(model({ tree: { default_left: [false, false, false] } }), 0, Number.NaN)).toBe(0.25)
  })

  it('reads the base score as 1.7 writes it and as 3.1 does', () => {
    const base = Math.fround(Math.log(Math.fround(0.02) / (1 - Math.fround(0.02))))
    for (const base_score of ['2E-2', '[2E-2]'])
      expect(parseXgboostJson(model({ params: { base_score } })).baseMargin).toBeCloseTo(base, 6)
    expect(parseXgboostJson(model()).baseMargin).toBe(0)
  })

  it('names columns by number when the model has no names', () => {
    expect(parseXgboostJson(model({ learner: { feature_names: [] } })).columns).toEqual(['f0', 'f1'])
  })

  it('leaves nodes behind that pruning cut off', () => {
    const pruned = {
      left_children: [3, 7, 7, -1, -1],
      right_children: [4, 7, 7, -1, -1],
      split_indices: [1, 2147483647, 2147483647, 0, 0],
      split_conditions: [2.5, 0, 0, -0.5, 0.25],
      sum_hessian: [10, 0, 0, 6, 4],
      default_left: [1, 0, 0, 0, 0],
      split_type: [0, 0, 0, 0, 0],
    }
    expect(parseXgboostJson(model({ tree: pruned })).feature).toEqual(Int32Array.of(1, -1, -1))
    expect(score(model({ tree: pruned }), 0, 3)).toBe(0.25)
  })

  it.each([
    ['another booster', { booster: { name: 'dart' } }, 'the booster is "dart"'],
    [
      'another objective',
      { learner: { objective: { name: 'multi:softprob' } } },
      'the objective is "multi:softprob"',
    ],
    ['a split on categories', { tree: { split_type: [1, 0, 0] } }, 'it splits on categories'],
    ['vector leaves', { tree: { tree_param: { size_leaf_vector: '3' } } }, 'it has vector leaves'],
    ['several outputs', { params: { num_target: '2' } }, 'more than one output'],
  ])('refuses %s as unsupported', (_, change, words) => {
    expect(() => parseXgboostJson(model(change))).toThrow(words)
    expect(() => parseXgboostJson(model(change))).toThrow(
      expect.objectContaining({ code: 'model_unsupported' }),
    )
  })

  it.each([
    ['a child that does not exist', { tree: { right_children: [9, -1, -1] } }, 'tree 0 is not a tree'],
    ['a loop', { tree: { left_children: [0, -1, -1] } }, 'tree 0 is not a tree'],
    [
      'a column that does not exist',
      { tree: { split_indices: [2, 0, 0] } },
      'splits on a column that does not exist',
    ],
    ['arrays of unequal length', { tree: { sum_hessian: [1] } }, 'arrays of unequal length'],
    ['a missing array', { tree: { default_left: null } }, 'tree 0: /default_left'],
    ['a base score outside (0, 1)', { params: { base_score: '1E0' } }, 'base_score "1E0"'],
    ['names that do not fit', { learner: { feature_names: ['amount'] } }, '1 feature names and 2 features'],
    ['no trees', { booster: { model: { trees: [] } } }, 'it has no trees'],
  ])('refuses %s as malformed', (_, change, words) => {
    expect(() => parseXgboostJson(model(change))).toThrow(words)
    expect(() => parseXgboostJson(model(change))).toThrow(
      expect.objectContaining({ code: 'model_malformed' }),
    )
  })

  it('says how to save a model that is not JSON', () => {
    expect(() => parseXgboostJson(Uint8Array.of(0x7b, 0x4c, 0xff))).toThrow(ModelError)
    expect(() => parseXgboostJson('binf')).toThrow('ends in ".json"')
  })
})

it('refuses a row of another width', () => {
  expect(() => score(model(), 1)).toThrow('The row has 1 values; the model has 2 columns.')
})
