/** The import rules of docs/architecture.md: a room of the service imports only from its own floor downward. */

const { Visitor } = require('@swc/core/Visitor.js')
const { floors, pureRooms } = require('./scripts/floors.mjs')

// swc parses `using`, but the visitor it ships throws at it, so the declaration is visited as a `const` would be.
const visitStatement = Visitor.prototype.visitStatement
Visitor.prototype.visitStatement = function (statement) {
  if (statement.type !== 'UsingDeclaration') return visitStatement.call(this, statement)
  this.visitVariableDeclarators(statement.decls)
  return statement
}

const server = '^packages/server/src'
const test = '\\.test\\.tsx?$'

const rooms = names => `${server}/(${names.flat().join('|')})/`
const pure = rooms(pureRooms)

const upward = floors.slice(0, -1).map((_, floor) => ({
  name: `floor-${floor}-imports-downward`,
  comment: `Floor ${floor} (${floors[floor].join(', ')}) may not import from a higher floor.`,
  severity: 'error',
  from: { path: rooms([floors[floor]]), pathNot: test },
  to: { path: rooms(floors.slice(floor + 1)) },
}))

/** Node.js modules that compute and reach nothing outside. */
const pureBuiltins = '^(node:)?(assert|buffer|crypto|events|stream|string_decoder|url|util)(/|$)'

module.exports = {
  forbidden: [
    ...upward,
    {
      name: 'every-room-has-a-floor',
      comment: 'A folder of packages/server/src that stands on no floor: name it in .dependency-cruiser.cjs.',
      severity: 'error',
      from: { path: `${server}/[^/]+/`, pathNot: rooms(floors) },
      to: {},
    },
    {
      name: 'no-cycles',
      comment: 'Two modules that need each other are one concept, or lack a third below them.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src' },
      to: { circular: true },
    },
    {
      name: 'pure-rooms-reach-nothing-outside',
      comment:
        'Floors 0 to 4 have no clock, network, file or environment; only explainers use worker threads.',
      severity: 'error',
      from: { path: pure, pathNot: [test, `${server}/model/explainer[^/]*\\.ts$`] },
      to: { dependencyTypes: ['core'], pathNot: pureBuiltins },
    },
    {
      name: 'explainers-use-worker-threads-only',
      comment: 'An explainer runs beside the main thread and reaches nothing else outside.',
      severity: 'error',
      from: { path: `${server}/model/explainer[^/]*\\.ts$`, pathNot: test },
      to: { dependencyTypes: ['core'], pathNot: [pureBuiltins, '^(node:)?worker_threads$'] },
    },
    {
      name: 'pure-rooms-use-no-adapter-package',
      comment:
        'Servers, drivers and loggers belong above floor 4; ONNX Runtime only in model/onnx/scorer.ts.',
      severity: 'error',
      from: { path: pure, pathNot: [test, `${server}/model/onnx/scorer\\.ts$`] },
      to: {
        path: '(^|node_modules/)(express|pino|prom-client|maxmind|@duckdb|koffi|commander|cli-progress|onnxruntime-node|postgres|ioredis|iovalkey|@platformatic)(/|$)',
      },
    },
    {
      name: 'server-sees-only-the-contract',
      comment: 'Of the client, the service and its tools import @atalaya/client/contract and nothing else.',
      severity: 'error',
      from: { path: '^packages/server/', pathNot: test },
      to: {
        path: '(^@atalaya/client|(^|/)packages/client)(/|$)',
        pathNot: '^@atalaya/client/contract$|(^|/)packages/client/dist/(types/)?contract/',
      },
    },
    {
      name: 'client-never-sees-the-server',
      severity: 'error',
      from: { path: '^packages/client/' },
      to: { path: '^(@atalaya/server|packages/server)(/|$)' },
    },
    {
      name: 'contract-stands-alone',
      comment: 'The contract runs in browsers and in Node.js: it knows nothing of the rest of the client.',
      severity: 'error',
      from: { path: '^packages/client/src/contract/', pathNot: test },
      to: { path: '^packages/client/src/', pathNot: '^packages/client/src/contract/' },
    },
    {
      name: 'browser-code-uses-no-node-modules-of-node',
      comment: 'What runs in a browser imports no Node.js built-in.',
      severity: 'error',
      from: { path: '^packages/client/src/', pathNot: [test, '^packages/client/src/[^/]+/testing/'] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'imports-resolve',
      comment: 'An import that leads nowhere escapes every other rule.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src', pathNot: test },
      to: { couldNotResolve: true, pathNot: '^@atalaya/client' },
    },
  ],
  options: {
    // TypeScript 7 has no JavaScript API; swc reads the sources, type-only imports included.
    parser: 'swc',
    combinedDependencies: true,
    doNotFollow: { path: 'node_modules|/dist/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
  },
}
