import { CATALOGUE, CATALOGUE_VERSION, FAMILIES } from './catalogue.ts'
import { COLUMNS } from './columns.ts'
import type { Feature } from './types.ts'

const INTRODUCTION = `# Features

Generated from the feature catalogue (\`packages/server/src/features\`); do not edit. Make it again with
\`npx vitest run --project unit packages/server/src/features/document.test.ts -u\`.

One declaration of a feature serves the decision path, training, back-tests, replay and this page. Values are
computed from the order, its session and what was known of its entities when it arrived: the current order is not in
its own history, later events are not either, and a fraud label counts from the moment it became known.

- A **missing** value is \`null\` here and \`NaN\` in a model's input; it is never zero.
- A **category** becomes one column a word, \`name=value\`, and \`name=other\` for anything else.
- \`trans_freq\` is the account's count over 24 hours; counts of other entities and windows carry both in their names.
- Behaviour comes from the signed token. A token that was **replayed** or made on **another origin** tells of another
  session, so its figures are missing; one that expired or names another amount still tells of this one.
- **Consent, Global Privacy Control and the absence of a token are not features.** With less consent figures are
  missing, and that is all. A model can still learn from the gap when missing sessions and fraud go together in its
  data: blank the sessions of some rows at random when training, and compare scores by consent when evaluating.
- \`session_duration\`: the nonce is fetched within the session, and a token is good for 300 s. So a nonce of age *a*
  proves a session of at least *a* - 300 s; a shorter claim is raised to that and marked inconsistent. Nothing proves
  an upper bound: a forger can say that the session began long before the nonce.
`

/** The page docs/features.md. */
export function featuresDocument(): string {
  const families = Object.entries(FAMILIES).map(([family, features]) => section(family, features))
  const summary = `${CATALOGUE.length} features, ${COLUMNS.length} columns, catalogue version \`${CATALOGUE_VERSION}\`.\n`
  return [INTRODUCTION, summary, ...families].join('\n')
}

function section(family: string, features: readonly Feature[]): string {
  const rows = features.map(
    ({ name, description, type, unit, entity, window, source, version, createdAt, values }) => {
      const words = values === undefined ? '' : `: ${values.map(value => `\`${value}\``).join(' ')}`
      return `| \`${name}\` | ${description}${words} | ${type} | ${unit} | ${entity} | ${window ?? ''} | ${source} | ${version}, ${createdAt} |`
    },
  )
  return [
    `## ${family[0]?.toUpperCase()}${family.slice(1)}`,
    '',
    '| name | what | type | unit | entity | window | source | version |',
    '|---|---|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}
