/** The fields of a cluster, each with two values that are not the same, and how somebody changes it behind our back. */

export type Shown = { readonly kubectl: string; readonly as: RegExp } | { readonly settings: RegExp };

export interface FieldRow {
  readonly field: string;
  /** Where there is more than one row of a field. */
  readonly title?: string;
  /** As YAML; absent where there is nothing to declare that kwok would carry, with the reason beside it. */
  readonly first?: string;
  /** Absent: the field is left out. */
  readonly second?: string;
  /** It is declared in a plan alone: what it asks for cannot be had here. */
  readonly onlyPlanned?: true;
  /** What differs once it is edited: path and effect. */
  readonly expected: readonly string[];
  /** What the tool shows while it has the first value. */
  readonly shows?: Shown;
  /** And once it has the second. */
  readonly showsThen?: Shown;
  /** What a person does about it with the tool's own means; absent where there are none. */
  readonly world?: ({ readonly kubectl: string } | { readonly settings: readonly [string, string] }) & {
    /** Which drift that is. */
    readonly paths: readonly string[];
  };
}

const NOT_COMPARED: readonly string[] = [];

const WORKERS = '{ workers: { count: 2, labels: { tier: web }, taints: ["gpu=yes:NoSchedule"] } }';

export const FIELD_ROWS: readonly FieldRow[] = [
  // Where it is, and what it is called: the core's own matter.
  { field: 'name', expected: NOT_COMPARED },
  { field: 'driver', expected: NOT_COMPARED },
  { field: 'engine', expected: NOT_COMPARED },
  {
    field: 'kubernetes_version',
    first: 'v1.36',
    expected: NOT_COMPARED,
    shows: { kubectl: 'version', as: /Server Version: v1\.36\./ },
  },
  {
    field: 'nodes',
    title: 'the number of workers',
    first: WORKERS,
    second: '{ workers: { count: 3, labels: { tier: web }, taints: ["gpu=yes:NoSchedule"] } }',
    expected: ["['nodes']['workers']['count'] in_place"],
    shows: { kubectl: 'get nodes -o name', as: /^node\/demo-dev-worker-0\nnode\/demo-dev-worker-1$/ },
    world: { kubectl: 'delete node demo-dev-worker-1', paths: ["['nodes']['workers']['count']"] },
  },
  {
    field: 'nodes',
    title: 'labels of workers',
    first: WORKERS,
    second: '{ workers: { count: 2, labels: { tier: data }, taints: ["gpu=yes:NoSchedule"] } }',
    expected: ["['nodes']['workers']['labels']['tier'] in_place"],
    shows: { kubectl: 'get nodes -l tier=web -o name', as: /worker-0/ },
    world: {
      kubectl: 'label node demo-dev-worker-0 odd=one dev.trueup/worker-',
      paths: ["['nodes']['workers']['labels']['dev.trueup/unmarked']", "['nodes']['workers']['labels']['odd']"],
    },
  },
  {
    field: 'nodes',
    title: 'taints of workers',
    first: WORKERS,
    second: '{ workers: { count: 2, labels: { tier: web }, taints: ["gpu=no:NoSchedule"] } }',
    expected: ["['nodes']['workers']['taints'] in_place"],
    shows: { kubectl: 'get nodes -o jsonpath={.items[0].spec.taints[*].value}', as: /^yes$/ },
    world: { kubectl: 'taint node demo-dev-worker-0 gpu-', paths: ["['nodes']['workers']['taints']"] },
  },
  {
    field: 'nodes',
    title: 'all of that',
    first: WORKERS,
    second: '{ workers: { count: 3, labels: { node-role.kubernetes.io/infra: "" }, taints: ["gpu=no:NoSchedule"] } }',
    expected: [
      "['nodes']['workers']['count'] in_place",
      "['nodes']['workers']['labels']['node-role.kubernetes.io/infra'] in_place",
      "['nodes']['workers']['labels']['tier'] in_place",
      "['nodes']['workers']['taints'] in_place",
    ],
    showsThen: {
      kubectl: 'get nodes -l node-role.kubernetes.io/infra -o name',
      as: /^(node\/demo-dev-worker-\d\n?){3}$/,
    },
  },
  // Refused: pods run nothing, nodes have no files and fetch no images.
  { field: 'port_mappings', expected: NOT_COMPARED },
  { field: 'mounts', expected: NOT_COMPARED },
  { field: 'registry_mirrors', expected: NOT_COMPARED },
  { field: 'driver_options', expected: NOT_COMPARED },
  {
    field: 'pod_subnet',
    first: '10.99.0.0/16',
    second: '10.98.0.0/16',
    expected: ["['pod_subnet'] replace"],
    shows: { settings: /--cluster-cidr=10\.99\.0\.0\/16/ },
    showsThen: { settings: /--cluster-cidr=10\.98\.0\.0\/16/ },
    world: { settings: ['--cluster-cidr=10.99.0.0/16', '--cluster-cidr=10.97.0.0/16'], paths: ["['pod_subnet']"] },
  },
  {
    field: 'service_subnet',
    first: '10.89.0.0/16',
    second: '10.88.0.0/16',
    expected: ["['service_subnet'] replace"],
    shows: { kubectl: 'get service kubernetes -o jsonpath={.spec.clusterIP}', as: /^10\.89\./ },
    showsThen: { kubectl: 'get service kubernetes -o jsonpath={.spec.clusterIP}', as: /^10\.88\./ },
    world: {
      settings: ['--service-cluster-ip-range=10.89.0.0/16', '--service-cluster-ip-range=10.87.0.0/16'],
      paths: ["['service_subnet']"],
    },
  },
  {
    field: 'feature_gates',
    first: '{ AnyVolumeDataSource: true, APIResponseCompression: false }',
    second: '{ AnyVolumeDataSource: true, APIResponseCompression: true }',
    expected: ["['feature_gates']['APIResponseCompression'] replace"],
    shows: { settings: /--feature-gates=\S*APIResponseCompression=false/ },
    showsThen: { settings: /--feature-gates=\S*APIResponseCompression=true/ },
    world: {
      settings: ['APIResponseCompression=false', 'APIResponseCompression=true'],
      paths: ["['feature_gates']['APIResponseCompression']"],
    },
  },
  {
    field: 'addons',
    first: '[../../k8s/tools.yaml]',
    expected: ["['addons']['k8s/tools.yaml'] in_place"],
    shows: { kubectl: 'get configmap greeting -n tools -o jsonpath={.data.text}', as: /^hello$/ },
    showsThen: { kubectl: 'get namespaces -o name', as: /^(?![^]*tools)/ },
    world: {
      kubectl: 'patch configmap greeting -n tools --patch {"data":{"text":"bye"}}',
      paths: ["['addons']['k8s/tools.yaml']['content']"],
    },
  },
  {
    field: 'kubeconfig',
    first: '{ path: ../../kube/config, context: dev }',
    second: '{ path: ../../kube/other, context: dev }',
    expected: ["['kubeconfig']['path'] in_place"],
  },
  // Its states are walked through where a cluster is stopped.
  { field: 'run_state', expected: NOT_COMPARED },
  // Trueup's own: nothing of them is in the cluster.
  { field: 'ready', first: '{ timeout: 2m }', expected: NOT_COMPARED },
  {
    field: 'health_check',
    first: '{ endpoints: [{ url: "http://localhost:1" }], timeout: 1s, interval: 1s }',
    onlyPlanned: true,
    expected: NOT_COMPARED,
  },
  { field: 'on_failure', first: 'continue', expected: NOT_COMPARED },
  { field: 'drift', first: 'heal', expected: NOT_COMPARED },
  // Dependencies need somebody to depend on.
  { field: 'dependencies', expected: NOT_COMPARED },
  { field: 'labels', first: '{ team: core }', second: '{ team: other }', expected: ["['labels']['team'] in_place"] },
  // Declared as what it is without it: a cluster that is protected is not replaced.
  { field: 'protect', first: 'false', second: 'true', expected: ["['protect'] in_place"] },
  { field: 'deletion_policy', first: 'retain', second: 'delete', expected: ["['deletion_policy'] in_place"] },
];
