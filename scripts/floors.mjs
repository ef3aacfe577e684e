/**
 * The rooms of the service, floor by floor: a room imports only from its own floor downward.
 * docs/architecture.md explains the plan; the import rules and the purity test hold the code to it.
 */
export const floors = [
  ['base'],
  ['events', 'token'],
  ['history'],
  ['features', 'model', 'rules', 'policy'],
  ['decide'],
  [
    'store',
    'state',
    'stream',
    'webhooks',
    'registry',
    'files',
    'records',
    'privacy',
    'audit',
    'monitoring',
    'sites',
    'ipdata',
  ],
  ['training', 'backtest', 'simulator', 'connectors', 'upkeep'],
  ['http', 'console', 'demo', 'cli'],
]

/** The rooms of floors 0 to 4: no clock, network, file, randomness or environment. */
export const pureRooms = floors.slice(0, 5).flat()
