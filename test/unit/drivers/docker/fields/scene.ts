/** What the tests of fields have in common: a service in its resolved form, the two engines, and what differs. */
import { resourceDifferences } from '../../../../../src/diff/differences.ts';
import { IgnoreRules } from '../../../../../src/diff/ignore.ts';
import type { ContainerInspect, ImageInspect } from '../../../../../src/drivers/docker/api/wire.ts';
import type { DockerFacts } from '../../../../../src/drivers/docker/facts.ts';
import type { BodyContext, Reading, ServiceView } from '../../../../../src/drivers/docker/fields/group.ts';
import { type Inventory, namesOf } from '../../../../../src/drivers/docker/fields/names.ts';
import { runStateOf } from '../../../../../src/drivers/docker/fields/run-state.ts';
import { overlaid } from '../../../../../src/drivers/docker/fields/parts.ts';
import { composeLabels, ownershipLabels } from '../../../../../src/drivers/docker/labels.ts';
import { dockerModel } from '../../../../../src/drivers/docker/model.ts';
import type { FindObject } from '../../../../../src/drivers/driver.ts';
import type { Scope } from '../../../../../src/drivers/scope.ts';
import { type Address, addressOf } from '../../../../../src/model/address.ts';
import type { Difference } from '../../../../../src/model/change.ts';
import type { DesiredResource } from '../../../../../src/model/desired.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
import type { ObservedObject, ObservedStatus } from '../../../../../src/model/observed.ts';
import type { Secret } from '../../../../../src/model/secret.ts';
import { SEALER } from '../../../../support/sealer.ts';
import { NOW } from '../engine-facts.ts';

export const OWNERSHIP = { owner: 'o1', project: 'shop', environment: 'local', checkout: '/repo', revision: 'abc' };

export const SCOPE: Scope = {
  owners: ['o1'],
  project: 'shop',
  environment: 'local',
  names: {},
  external: { 'network bridge': 'network.bridge', 'network host': 'network.host' },
};

/** As the loader resolves a service of which nothing is said but its image and command. */
export function serviceConfig(parts: JsonObject = {}): JsonObject {
  return overlaid(
    {
      type: 'application',
      role: null,
      process: null,
      container: {
        image: 'plain:1',
        platform: null,
        entrypoint: null,
        command: ['sleep', '1000'],
        user: null,
        working_dir: null,
        init: false,
        restart: 'no',
        pull_policy: 'missing',
        stop_signal: null,
        stop_grace_period: '10s',
      },
      environment_variables: {},
      networking: { hostname: null, ports: {}, networks: {} },
      storage: { volumes: {}, tmpfs: {} },
      health_check: null,
      dependencies: {},
      resource_limits: { cpu_limit: null, memory_limit: null, cpu_reservation: null, memory_reservation: null },
      labels: {},
      protect: false,
      deletion_policy: 'delete',
      run_state: 'running',
    },
    parts,
  );
}

export function joined(aliases: readonly string[] = ['web'], addresses: JsonObject = {}): JsonObject {
  return { aliases, ipv4_address: null, ipv6_address: null, ...addresses };
}

export function mount(path: string, parts: JsonObject = {}): JsonObject {
  const nothing = { type: 'volume', volume: null, host_path: null, mode: 'rw', watch_content: null, content: null };
  return { [path]: { ...nothing, container_path: path, ...parts } };
}

export function healthCheck(parts: JsonObject): JsonObject {
  const timings = { interval: '30s', timeout: '30s', retries: 3, start_period: '0s', start_interval: null };
  return { test: null, endpoints: {}, expected_response: null, ...timings, ...parts };
}

export function secret(plain: string): Secret {
  return SEALER.seal(plain);
}

/** What {@link secret} hides. */
function reveal({ $secret: sealed }: Secret): string {
  return sealed.replace('sealed ', '');
}

export function bodyContext(config: JsonObject, parts: Partial<BodyContext> = {}): BodyContext {
  const address = addressOf('service', 'web');
  return {
    address,
    key: 'web',
    name: 'shop-web-1',
    project: 'shop',
    environment: 'local',
    facts: NOW,
    labels: { ...ownershipLabels(OWNERSHIP, address), ...composeLabels(address, config, OWNERSHIP) },
    volumes: { data: { name: 'shop_data' } },
    networks: { default: { name: 'shop_default' }, other: { name: 'shop_other' } },
    anonymous: {},
    image: null,
    reveal,
    ...parts,
  };
}

export function labelled(address: Address): Readonly<Record<string, string>> {
  return ownershipLabels(OWNERSHIP, address);
}

export function viewOf(image: ImageInspect | null, inventory: Inventory, facts: DockerFacts): ServiceView {
  return { image, imageResolves: true, names: namesOf(inventory, SCOPE), sealer: SEALER, content: null, facts };
}

const STATUS: ObservedStatus = {
  run_state: null,
  reason: null,
  since: null,
  exit_code: null,
  restarts: 0,
  incarnation: null,
  health: 'none',
  details: {},
};

/** As compare finds them, with the effect of each. */
export function differences(
  type: DesiredResource['type'],
  config: JsonObject,
  reading: Reading,
  { facts = NOW, find = () => null }: { readonly facts?: DockerFacts; readonly find?: FindObject } = {},
): readonly Difference[] {
  const address = addressOf(type, 'web');
  const desired: DesiredResource = {
    address,
    type,
    key: 'web',
    name: 'shop-web-1',
    engine: 'docker',
    external: false,
    protect: false,
    deletion_policy: 'delete',
    on_failure: 'stop',
    drift: 'report',
    config,
    dependencies: [],
    uses: [],
    untracked: [],
  };
  const observed: ObservedObject = {
    type,
    name: 'shop-web-1',
    id: 'id',
    ownership: null,
    effective: null,
    status: STATUS,
    ...reading,
  };
  return resourceDifferences({
    desired,
    observed,
    recorded: null,
    isUnfinished: false,
    model: dockerModel,
    facts,
    find,
    fields: 'all',
    rules: new IgnoreRules([], '2026-01-01'),
    environment: 'local',
    locate: () => null,
  }).differences;
}

export function paths(found: readonly Difference[]): readonly string[] {
  return found.map((difference) => difference.field_path);
}

/** An image that says something of everything that an image can say. */
export const FURNISHED: ImageInspect = {
  Id: `sha256:${'f'.repeat(64)}`,
  RepoTags: ['full:1'],
  Os: 'linux',
  Architecture: 'arm64',
  Variant: 'v8',
  Config: {
    User: 'nobody',
    Env: ['PATH=/bin', 'A=1'],
    Entrypoint: ['/bin/echo', 'ep'],
    Cmd: ['c1', 'c2'],
    Volumes: { '/data': {} },
    WorkingDir: '/tmp',
    Labels: { x: 'y', 'com.docker.compose.project': 'zz' },
    StopSignal: 'SIGUSR1',
    Healthcheck: { Test: ['CMD-SHELL', 'true'], Interval: 7e9, Timeout: 2e9, StartPeriod: 4e9, Retries: 9 },
  },
};

/** An image that says nothing. */
export const PLAIN: ImageInspect = {
  Id: `sha256:${'a'.repeat(64)}`,
  RepoTags: ['plain:1'],
  Os: 'linux',
  Architecture: 'amd64',
  Config: {},
};

/** As it is wanted where nothing but its run state is beside the point. */
export function withRunState(config: JsonObject, inspect: ContainerInspect): JsonObject {
  return { ...config, run_state: runStateOf(inspect) };
}
