// Imports point one way only. Every folder of src/ is listed with what it may import; everything rests on src/model.
const DRIVER_CONTRACT =
  '^src/drivers/(cluster-faces|driver|engine-event|log-line|reach|saved-images|scope|step-context)[.]ts$';
/** What every driver of clusters shares; it is itself no driver. */
const CLUSTERS = '^src/drivers/kubernetes/';
const CLUSTER_DRIVERS = '^src/drivers/(kwok|kind)/';
const GENERATED = '^src/generated/';

function within(...folders) {
  return folders.map((folder) => `^src/${folder}/`);
}

/** `typesOnly` names what may be imported with `import type` and in no other way. */
const LAYERS = [
  { name: 'model', may: within('model') },
  { name: 'files', may: within('files', 'model') },
  { name: 'git', may: within('git', 'files', 'model') },
  { name: 'manifest', may: [...within('manifest', 'git', 'model'), GENERATED] },
  { name: 'diff', may: within('diff', 'model'), typesOnly: [DRIVER_CONTRACT] },
  { name: 'state', may: within('state', 'files', 'model') },
  { name: 'report', may: [...within('report', 'files', 'model'), GENERATED] },
  { name: 'reconcile', may: [...within('reconcile', 'diff', 'state', 'model'), DRIVER_CONTRACT] },
];

const layerRules = LAYERS.flatMap(({ name, may, typesOnly = [] }) => [
  {
    name: `layer-${name}`,
    comment: `src/${name} may import only: ${[...may, ...typesOnly].join(' ')}`,
    severity: 'error',
    from: { path: `^src/${name}/` },
    to: { path: '^src/', pathNot: [...may, ...typesOnly] },
  },
  ...typesOnly.map((path) => ({
    name: `layer-${name}-types-only`,
    comment: `src/${name} may take types from ${path}, no code`,
    severity: 'error',
    from: { path: `^src/${name}/` },
    to: { path, dependencyTypesNot: ['type-only'] },
  })),
]);

module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: 'layer-drivers',
      comment: 'a driver folder may import itself, the files beside driver.ts and src/model',
      severity: 'error',
      from: { path: '^src/drivers/([^/]+)/', pathNot: CLUSTER_DRIVERS },
      to: { path: '^src/', pathNot: ['^src/drivers/$1/', '^src/drivers/[^/]+[.]ts$', '^src/files/', '^src/model/'] },
    },
    {
      name: 'layer-cluster-drivers',
      comment: 'a driver of clusters may import what all of them share as well',
      severity: 'error',
      from: { path: CLUSTER_DRIVERS },
      to: {
        path: '^src/',
        pathNot: ['^src/drivers/$1/', CLUSTERS, '^src/drivers/[^/]+[.]ts$', '^src/files/', '^src/model/'],
      },
    },
    {
      name: 'layer-drivers-root',
      comment: 'the files beside driver.ts are below the driver folders; only registry.ts knows these',
      severity: 'error',
      from: { path: '^src/drivers/[^/]+[.]ts$', pathNot: '^src/drivers/registry[.]ts$' },
      to: { path: '^src/', pathNot: ['^src/drivers/[^/]+[.]ts$', '^src/model/'] },
    },
    {
      name: 'drivers-through-the-registry',
      comment: 'only src/drivers/registry.ts imports driver folders',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/drivers/' },
      to: { path: '^src/drivers/[^/]+/' },
    },
    {
      name: 'registry-is-for-the-top',
      comment: 'a driver does not know which drivers there are',
      severity: 'error',
      from: { path: '^src/drivers/', pathNot: '^src/drivers/registry[.]ts$' },
      to: { path: '^src/drivers/registry[.]ts$' },
    },
    {
      name: 'layer-registry',
      severity: 'error',
      from: { path: '^src/drivers/registry[.]ts$' },
      to: { path: '^src/', pathNot: ['^src/drivers/', '^src/model/'] },
    },
    {
      name: 'layer-flow',
      comment: 'the flow joins everything below cli and serve',
      severity: 'error',
      from: { path: '^src/flow([.]ts$|/)' },
      to: { path: ['^src/cli/', '^src/serve/'] },
    },
    {
      name: 'layer-unknown',
      comment: 'a new folder or file in src/ needs its place in .dependency-cruiser.cjs',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: [
          ...within(...LAYERS.map(({ name }) => name), 'drivers', 'flow', 'cli', 'serve', 'generated'),
          '^src/flow[.]ts$',
        ],
      },
      to: { path: '^src/' },
    },
    {
      name: 'pure',
      comment: 'model, compare and plan know no file, process, network or clock',
      severity: 'error',
      from: { path: ['^src/(model|diff)/', '^src/reconcile/plan'] },
      to: {
        dependencyTypes: ['core'],
        dependencyTypesNot: ['type-only'],
        path: '^(node:)?(fs|child_process|net|http|https|http2|tls|dgram|dns|os|process|timers|worker_threads)(/|$)',
      },
    },
    {
      name: 'no-circular',
      comment: 'generated types may refer to one another, as their schemas do',
      severity: 'error',
      from: { pathNot: '^src/model/generated/' },
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-dev-dependency-in-src',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules'] },
    exclude: { path: ['/fixtures/'] },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    moduleSystems: ['es6', 'cjs'],
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
