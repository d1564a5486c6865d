/** Builders of sides of a parity: a test names only what it is about, everything else has the defaults of the schema. */
import { compareParity } from '../../../src/diff/parity/compare.ts';
import { kindModel } from '../../../src/drivers/kind/model.ts';
import { mergePatch } from '../../../src/manifest/merge-patch.ts';
import { type Address, typeOf } from '../../../src/model/address.ts';
import type { Json, JsonObject } from '../../../src/model/json.ts';
import type {
  ComparisonMode,
  ConfigurationDiffReport,
  ParityDifference,
  ParityResource,
  ParitySettings,
  ParitySide,
  ServiceDiff,
} from '../../../src/model/parity.ts';

const NO_SETTINGS: ParitySettings = { rules: [], waivers: [], pairs: [] };

const CONTAINER: JsonObject = {
  image: 'ghcr.io/acme/web:1.4.2',
  platform: null,
  entrypoint: null,
  command: null,
  user: null,
  working_dir: null,
  init: false,
  restart: 'no',
  pull_policy: 'missing',
  stop_signal: null,
  stop_grace_period: '10s',
};

const SERVICE: JsonObject = {
  type: 'application',
  role: null,
  process: null,
  container: CONTAINER,
  environment_variables: {},
  networking: { hostname: null, ports: {}, networks: {} },
  storage: { volumes: {}, tmpfs: {} },
  health_check: null,
  resource_limits: { cpu_limit: null, memory_limit: null, cpu_reservation: null, memory_reservation: null },
  post_start: [],
  pre_stop: [],
  labels: {},
  protect: false,
  deletion_policy: 'delete',
  run_state: 'running',
};

const VOLUME: JsonObject = {
  type: 'named_volume',
  driver: 'local',
  driver_opts: {},
  labels: {},
  metadata: { purpose: null, size_estimate_gb: null, backup_enabled: false, backups_kept: 3 },
  protect: false,
  deletion_policy: 'retain',
};

const NETWORK: JsonObject = {
  driver: 'bridge',
  driver_opts: {},
  internal: false,
  attachable: false,
  ipam: { driver: 'default', config: {} },
  labels: {},
  protect: false,
  deletion_policy: 'delete',
};

const VM: JsonObject = {
  arch: null,
  machine: null,
  accelerator: 'auto',
  cpus: 2,
  memory: '2GiB',
  disk: null,
  image: { location: './images/debian-12.qcow2', digest: null },
  kernel: null,
  initrd: null,
  cmdline: null,
  additional_disks: {},
  mounts: {},
  networks: { user: { name: 'user', mac_address: null } },
  port_forwards: {},
  provision: [],
  cloud_init: null,
  environment_variables: {},
  autostart: false,
  apply_restart: 'when_stopped',
  stop_grace_period: '30s',
  ready: { serial: null, guest_agent: false, cloud_init: false, ssh: null, ports: [], timeout: '5m' },
  health_check: null,
  snapshots: { when: 'never', keep: 3 },
  labels: {},
  driver_options: {},
  protect: false,
  deletion_policy: 'retain',
  run_state: 'running',
};

const CLUSTER: JsonObject = {
  kubernetes_version: 'v1.36.1',
  nodes: {
    control_plane: { count: 1, labels: {}, taints: [] },
    workers: { count: 0, labels: {}, taints: [] },
  },
  port_mappings: {},
  mounts: {},
  registry_mirrors: {},
  pod_subnet: null,
  service_subnet: null,
  feature_gates: {},
  addons: {},
  kubeconfig: { path: null, context: null, merge: false, switch_context: false },
  ready: { system_pods: true, timeout: '5m' },
  health_check: null,
  labels: {},
  driver_options: {},
  protect: false,
  deletion_policy: 'delete',
  run_state: 'running',
};

const DEFAULTS: Readonly<Record<string, JsonObject>> = {
  service: SERVICE,
  volume: VOLUME,
  network: NETWORK,
  vm: VM,
  cluster: CLUSTER,
};

/** A merge patch over the configuration that says nothing. */
export function resource(
  address: Address,
  patch: JsonObject = {},
  overrides: Partial<ParityResource> = {},
): ParityResource {
  const type = typeOf(address);
  const config = mergePatch(DEFAULTS[type] ?? {}, patch);
  return {
    address,
    type,
    name: `shop-${address}`,
    driver: 'docker',
    config,
    ...(type === 'cluster' ? { node_count: kindModel.nodeCount?.(config) ?? null } : {}),
    dependencies: {},
    effective: null,
    status: null,
    declared: true,
    locate: () => null,
    ...overrides,
  };
}

export function side(resources: readonly ParityResource[], overrides: Partial<ParitySide> = {}): ParitySide {
  return {
    label: 'local',
    environment: 'local',
    type: 'staging',
    project: 'shop',
    origin: 'declared',
    revision: null,
    observed_at: null,
    engines: [],
    resources: new Map(resources.map((each) => [each.address, each])),
    unknown: [],
    absent: new Map(),
    ignored: [],
    ...overrides,
  };
}

export interface ReportOptions {
  readonly mode?: ComparisonMode;
  readonly settings?: Partial<ParitySettings>;
  readonly today?: string;
}

export function parityOf(
  source: ParitySide,
  target: ParitySide,
  { mode = 'semantic', settings = {}, today = '2026-01-31' }: ReportOptions = {},
): ConfigurationDiffReport {
  return compareParity({
    source,
    target,
    mode,
    settings: { ...NO_SETTINGS, ...settings },
    id: 'R1',
    timestamp: '2026-01-31T10:00:00.000Z',
    today,
    tool: 'trueup 0.1.0',
  });
}

export function allDiffs({ service_diffs: services, metadata }: ConfigurationDiffReport): readonly ServiceDiff[] {
  return [...services, ...metadata.resource_diffs];
}

/** Each difference of each resource in a line: `web $['role'] info other`. */
export function lines(report: ConfigurationDiffReport): readonly string[] {
  return allDiffs(report).flatMap((diff) => [
    ...(diff.status.startsWith('missing')
      ? [`${diff.service_name} ${diff.status} ${diff.metadata.severity} ${diff.metadata.rule}`]
      : []),
    ...diff.differences.map(
      ({ field_path, severity, metadata }: ParityDifference) =>
        `${diff.service_name} ${field_path} ${severity} ${metadata.rule}`,
    ),
  ]);
}

/** Dependencies as they are resolved, on what has started. */
export function needs(...keys: readonly string[]): JsonObject {
  const settings = { condition: 'service_started', restart: false, criticality: 'required' };
  return Object.fromEntries(keys.map((key): readonly [string, Json] => [key, settings]));
}

export function port(hostPort: number, containerPort: number): JsonObject {
  return { host_port: hostPort, container_port: containerPort, protocol: 'tcp', host_ip: null };
}

const MOUNT = { volume: null, host_path: null, mode: 'rw', watch_content: null, content: null };

export function volumeAt(path: string, volume: string | null = 'data'): JsonObject {
  return { [path]: { ...MOUNT, type: 'volume', volume, container_path: path } };
}

export function bindAt(path: string, hostPath: string): JsonObject {
  return { [path]: { ...MOUNT, type: 'bind', host_path: hostPath, container_path: path } };
}
