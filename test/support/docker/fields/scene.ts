/**
 * The scene of one row of a field table: a service with every field in use, with a network, a volume and a dependency of its
 * own, so that many rows can be played at once on one engine without meeting.
 */
import { stringify } from 'yaml';
import { type Json, type JsonObject, isJsonObject } from '../../../../src/model/json.ts';

export type Fields = Record<string, Json>;

/** Fields by dotted path below one resource; `undefined` takes a field away. */
export type Edit = Readonly<Record<string, Json | undefined>>;

export type Owner = 'service' | 'volume' | 'network';

export interface Scene {
  /** Also the name of its service. */
  readonly key: string;
  readonly network: string;
  readonly volume: string;
  /** The first of ten host ports. */
  readonly port: number;
  /** The first three numbers of its addresses, and of those of its next network. */
  readonly subnet: string;
  readonly nextSubnet: string;
  /** The first four groups of its addresses. */
  readonly subnet6: string;
}

export function sceneOf(index: number): Scene {
  const key = `row-${index}`;
  return {
    key,
    network: `${key}-inner`,
    volume: `${key}-data`,
    port: 21_000 + 10 * index,
    subnet: `10.50.${index}`,
    nextSubnet: `10.51.${index}`,
    subnet6: `fd00:50:0:${index}:`,
  };
}

export interface Parts {
  readonly service: Fields;
  readonly volume: Fields;
  readonly network: Fields;
}

/** Every field that a container, its volume and its network can be given. */
export function baseOf({ key, network, volume, port, subnet, subnet6 }: Scene): Parts {
  return {
    service: {
      type: 'application',
      role: 'frontend',
      container: {
        image: 'furnished:1',
        entrypoint: ['/bin/busybox'],
        command: ['httpd', '-f', '-p', '8080', '-h', '/tmp'],
        user: '65534:65534',
        working_dir: '/var',
        init: true,
        restart: 'unless-stopped',
        pull_policy: 'missing',
        stop_signal: 'SIGTERM',
        stop_grace_period: '3s',
      },
      networking: {
        hostname: key,
        ports: [`127.0.0.1:${port}:8080`, `${port + 1}:53/udp`],
        networks: {
          [network]: { aliases: ['www'], ipv4_address: `${subnet}.9`, ipv6_address: `${subnet6}:9` },
        },
      },
      storage: {
        volumes: [
          { container_path: '/data', volume, mode: 'ro' },
          { container_path: '/etc/app.conf', host_path: '../../app.conf', mode: 'ro', watch_content: 'restart' },
          '/var/anonymous',
        ],
        tmpfs: [{ container_path: '/scratch', size: '1MiB', mode: '1777' }],
      },
      health_check: { test: ['CMD', 'true'], interval: '20s', timeout: '5s', retries: 3, start_period: '2s' },
      dependencies: { first: { condition: 'service_started', restart: false, criticality: 'required' } },
      resource_limits: {
        cpu_limit: 0.5,
        memory_limit: '64MiB',
        cpu_reservation: 0.25,
        memory_reservation: '32MiB',
      },
      environment_variables: { LOG_LEVEL: 'info', TOKEN: { secret: true, source: 'inline', value: 'hunter-22' } },
      labels: { team: 'core' },
      protect: false,
      deletion_policy: 'delete',
    },
    volume: {
      driver: 'local',
      driver_opts: { type: 'tmpfs', device: 'tmpfs', o: 'size=1m' },
      labels: { team: 'core' },
      metadata: { purpose: 'orders', size_estimate_gb: 1 },
      protect: false,
      deletion_policy: 'delete',
    },
    network: {
      driver: 'bridge',
      driver_opts: { 'com.docker.network.driver.mtu': '1400' },
      internal: false,
      attachable: false,
      ipam: {
        driver: 'default',
        config: [
          { subnet: `${subnet}.0/24`, gateway: `${subnet}.1`, ip_range: `${subnet}.128/25` },
          { subnet: `${subnet6}:/64` },
        ],
      },
      labels: { team: 'core' },
      protect: false,
      deletion_policy: 'delete',
    },
  };
}

/** Files that the services mount: alike, so that another path is no other content. */
export const SCENE_FILES: Readonly<Record<string, string>> = { 'app.conf': 'first\n', 'more.conf': 'first\n' };

/** What all scenes depend on. */
const FIRST: Fields = {
  container: { image: 'busybox:1', command: ['sleep', '10000'], init: true },
  health_check: { test: ['CMD', 'true'], interval: '20s', timeout: '5s' },
};

/** The fields with an edit made in place. Keys with dots in them cannot be named. */
export function edited(fields: Fields, edit: Edit): void {
  for (const [path, value] of Object.entries(edit)) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    let target: Fields = fields;
    for (const name of names) {
      const inner: JsonObject = isJsonObject(target[name]) ? target[name] : {};
      const copy: Fields = { ...inner };
      target[name] = copy;
      target = copy;
    }
    if (value === undefined) delete target[last];
    else target[last] = value;
  }
}

export interface Edited {
  readonly scene: Scene;
  readonly edit?: Partial<Record<Owner, Edit>>;
}

/** One environment with all of these scenes, edited or as they are at first. */
export function fieldManifest(
  scenes: readonly Edited[],
  { isEdited = false }: { readonly isEdited?: boolean } = {},
): string {
  const [services, volumes, networks]: [Fields, Fields, Fields] = [{ first: FIRST }, { spare: {} }, {}];
  for (const { scene, edit = {} } of scenes) {
    const parts = baseOf(scene);
    for (const owner of ['service', 'volume', 'network'] as const) {
      if (isEdited) edited(parts[owner], edit[owner] ?? {});
    }
    services[scene.key] = parts.service;
    volumes[scene.volume] = parts.volume;
    networks[scene.network] = parts.network;
  }
  // What one row breaks is not to hide what the others show.
  const policies = { on_failure: 'continue' };
  return stringify({ name: 'local', project: 'shop', policies, services, volumes, networks }, { lineWidth: 0 });
}
