/** The fields of a cluster, each with two values that are not the same, and how somebody changes it behind our back. */

export interface FieldRow {
  readonly field: string;
  /** Where there is more than one row of a field. */
  readonly title?: string;
  /** As YAML, declared by the one cluster that all rows share; absent where there is nothing to declare, with the reason beside it. */
  readonly first?: string;
  /** Absent: the field is left out. */
  readonly second?: string;
  /** What differs once it is edited: path and effect. */
  readonly expected: readonly string[];
  /** A command in the first node, and what it has to print. */
  readonly shows?: { readonly command: string; readonly as: RegExp };
  /** It is only edited, and the edit not carried out, with the reason. */
  readonly notApplied?: string;
  /** What a shell in the first node does to it; it is healed in place. */
  readonly world?: string;
  /** A shell in the first node changes it where only a new cluster could heal it, and then takes that back. */
  readonly edited?: { readonly from: string; readonly to: string; readonly manifest: string };
}

const NOT_COMPARED: readonly string[] = [];
const NODE = 'demo-dev-worker';
const KUBELET = 'kind: KubeletConfiguration\\napiVersion: kubelet.config.k8s.io/v1beta1\\nfailCgroupV1: false\\n';

export const FIELD_ROWS: readonly FieldRow[] = [
  // Where it is, and what it is called: the core's own matter.
  { field: 'name', expected: NOT_COMPARED },
  { field: 'driver', expected: NOT_COMPARED },
  { field: 'engine', expected: NOT_COMPARED },
  {
    field: 'kubernetes_version',
    first: 'v1.36',
    second: 'v1.35.1',
    expected: ["['kubernetes_version'] replace"],
    notApplied: 'there is a node image of one version',
    shows: { command: 'kubectl version', as: /Server Version: v1\.36\./ },
  },
  {
    field: 'nodes',
    title: 'the number of nodes',
    first:
      '{ control_plane: { count: 1, labels: { tier: db } }, workers: { count: 1, labels: { tier: web }, taints: ["gpu=yes:NoSchedule"] } }',
    second:
      '{ control_plane: { count: 1, labels: { tier: db } }, workers: { count: 2, labels: { tier: web }, taints: ["gpu=yes:NoSchedule"] } }',
    expected: ["['nodes']['workers']['count'] replace"],
    notApplied: 'another node takes its time, and is made as the others are',
    shows: { command: 'kubectl get nodes -o name', as: /^node\/demo-dev-control-plane\nnode\/demo-dev-worker$/ },
  },
  {
    field: 'nodes',
    title: 'taints of nodes',
    second: '{ control_plane: { count: 1, labels: { tier: db } }, workers: { count: 1, labels: { tier: web } } }',
    expected: ["['nodes']['workers']['taints'] in_place"],
    shows: { command: `kubectl get node ${NODE} -o jsonpath={.spec.taints[*].key}`, as: /\bgpu\b/ },
    world: `kubectl taint node ${NODE} gpu-`,
  },
  {
    field: 'nodes',
    title: 'labels of nodes',
    second:
      '{ control_plane: { count: 1, labels: { tier: db } }, workers: { count: 1, labels: { node-role.kubernetes.io/infra: "", tier: data }, taints: ["gpu=yes:NoSchedule"] } }',
    expected: [
      "['nodes']['workers']['labels']['node-role.kubernetes.io/infra'] in_place",
      "['nodes']['workers']['labels']['tier'] in_place",
    ],
    shows: { command: 'kubectl get nodes -l tier=web -o name', as: /^node\/demo-dev-worker$/ },
    world: `kubectl label node ${NODE} odd=one`,
  },
  {
    field: 'port_mappings',
    first: '["127.0.0.1:18081:30081", "18082:30082/udp"]',
    second: '["127.0.0.1:18081:30083", "18082:30082/udp"]',
    expected: ["['port_mappings']['18081']['node_port'] replace"],
  },
  {
    field: 'mounts',
    first: '["../../k8s:/k8s:ro"]',
    second: '["../../k8s:/k8s"]',
    expected: ["['mounts']['/k8s']['mode'] replace"],
    shows: { command: 'cat /k8s/tools.yaml', as: /greeting/ },
  },
  {
    field: 'registry_mirrors',
    first: '{ docker.io: ["http://one.example:5000", "http://two.example"] }',
    second: '{ docker.io: ["http://two.example"] }',
    expected: ["['registry_mirrors']['docker.io'] in_place"],
    shows: { command: 'cat /etc/containerd/certs.d/docker.io/hosts.toml', as: /one\.example[^]*two\.example/ },
    world: 'rm -r /etc/containerd/certs.d/docker.io',
  },
  {
    field: 'pod_subnet',
    first: '10.99.0.0/16',
    second: '10.98.0.0/16',
    expected: ["['pod_subnet'] replace"],
    edited: { from: 'cluster-cidr=10.99', to: 'cluster-cidr=10.97', manifest: 'kube-controller-manager' },
    shows: { command: `kubectl get node ${NODE} -o jsonpath={.spec.podCIDR}`, as: /^10\.99\./ },
  },
  {
    field: 'service_subnet',
    first: '10.89.0.0/16',
    expected: ["['service_subnet'] replace"],
    edited: { from: 'ip-range=10.89', to: 'ip-range=10.88', manifest: 'kube-apiserver' },
    shows: { command: 'kubectl get service kubernetes -o jsonpath={.spec.clusterIP}', as: /^10\.89\./ },
  },
  {
    field: 'feature_gates',
    first: '{ APIResponseCompression: false }',
    second: '{ APIResponseCompression: true }',
    expected: ["['feature_gates']['APIResponseCompression'] replace"],
    edited: { from: 'Compression=false', to: 'Compression=true', manifest: 'kube-apiserver' },
    shows: { command: 'cat /etc/kubernetes/manifests/kube-apiserver.yaml', as: /APIResponseCompression=false/ },
  },
  {
    field: 'driver_options',
    first: `{ kubeadmConfigPatches: ["${KUBELET}maxPods: 77\\n"], networking: { dnsSearch: [example.org] } }`,
    second: `{ kubeadmConfigPatches: ["${KUBELET}maxPods: 77\\n"] }`,
    expected: ["['driver_options']['networking'] replace"],
    shows: { command: `kubectl get node ${NODE} -o jsonpath={.status.capacity.pods}`, as: /^77$/ },
  },
  {
    field: 'addons',
    first: '[../../k8s/tools.yaml]',
    expected: ["['addons']['k8s/tools.yaml'] in_place"],
    shows: { command: 'kubectl get configmap greeting -n tools -o jsonpath={.data.text}', as: /^hello$/ },
    world: 'kubectl delete configmap greeting -n tools',
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
  { field: 'ready', first: '{ timeout: 15m }', second: '{ timeout: 14m }', expected: NOT_COMPARED },
  { field: 'health_check', first: '{ test: [CMD, "true"] }', expected: NOT_COMPARED },
  { field: 'on_failure', first: 'continue', expected: NOT_COMPARED },
  { field: 'drift', first: 'heal', second: 'report', expected: NOT_COMPARED },
  // Dependencies need somebody to depend on.
  { field: 'dependencies', expected: NOT_COMPARED },
  { field: 'labels', first: '{ team: core }', second: '{ team: other }', expected: ["['labels']['team'] in_place"] },
  { field: 'protect', first: 'false', second: 'true', expected: ["['protect'] in_place"] },
  { field: 'deletion_policy', first: 'delete', second: 'retain', expected: ["['deletion_policy'] in_place"] },
];
