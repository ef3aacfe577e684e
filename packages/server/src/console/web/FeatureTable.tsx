import { useMemo, useState } from 'react'
import type { FeatureView } from '../view.ts'
import { featureText } from './format.ts'
import type { Words } from './words.ts'

/** All features of a decision, the commissioned ones first, with a search by name. */
export function FeatureTable({
  features,
  words,
}: {
  readonly features: readonly FeatureView[]
  readonly words: Words
}) {
  const [search, setSearch] = useState('')
  const shown = useMemo(() => {
    const wanted = search.trim().toLowerCase()
    const found = features.filter(
      feature => feature.name.includes(wanted) || feature.description.toLowerCase().includes(wanted),
    )
    return [
      ...found.filter(feature => feature.commissioned),
      ...found.filter(feature => !feature.commissioned),
    ]
  }, [features, search])
  return (
    <>
      <input
        type="search"
        aria-label={words.search}
        placeholder={words.search}
        value={search}
        onChange={event => setSearch(event.target.value)}
      />
      <div className="scroll">
        <table className="plain">
          <tbody>
            {shown.map(feature => (
              <tr key={feature.name} className={feature.commissioned ? 'commissioned' : ''}>
                <th scope="row" title={feature.description}>
                  {feature.name}
                </th>
                <td className="number">{featureText(feature.value)}</td>
                <td className="muted">{feature.unit}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}
