import { expect, it } from 'vitest'
import { featuresDocument } from './document.ts'

it('docs/features.md is what the catalogue says', async () => {
  await expect(featuresDocument()).toMatchFileSnapshot('../../../../docs/features.md')
})
