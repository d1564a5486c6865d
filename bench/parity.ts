/**
 * Parity from loaded: two environments of 1,000 services (the same, one in a hundred changed, all renamed), and each pair of
 * ten environments of 100 services. CPU seconds, medians. `node bench/parity.ts`; it needs no build.
 */
import { compareParity } from '../src/diff/parity/compare.ts';
import type { Address } from '../src/model/address.ts';
import type { JsonObject } from '../src/model/json.ts';
import { COMPARISON_MODES, type ComparisonMode, type ParityResource, type ParitySide } from '../src/model/parity.ts';

const RUNS = 9;

interface SideOptions {
  readonly name: string;
  readonly services: number;
  /** Every so many services differ from what they are elsewhere; 0 for none. */
  readonly changed?: number;
  /** In front of each key. */
  readonly prefix?: string;
}

const modes = COMPARISON_MODES.map((mode) => [mode, changedPair(mode)] as const);
console.log(
  JSON.stringify({
    services: 1000,
    one_percent_changed_s: Object.fromEntries(modes),
    all_changed_s: compared(sideOf({ name: 'a', services: 1000 }), sideOf({ name: 'b', services: 1000, changed: 1 })),
    all_renamed_s: compared(sideOf({ name: 'a', services: 1000 }), sideOf({ name: 'b', services: 1000, prefix: 'x' })),
    matrix_of_10_with_100_s: matrix(),
  }),
);

function changedPair(mode: ComparisonMode): number {
  const [source, target] = [sideOf({ name: 'a', services: 1000 }), sideOf({ name: 'b', services: 1000, changed: 100 })];
  return compared(source, target, mode);
}

function matrix(): number {
  const sides = Array.from({ length: 10 }, (_, index) => sideOf({ name: `e${index}`, services: 100, changed: index }));
  return median(() => {
    for (const [index, source] of sides.entries()) {
      for (const target of sides.slice(index + 1)) compare(source, target, 'semantic');
    }
  });
}

function compared(source: ParitySide, target: ParitySide, mode: ComparisonMode = 'semantic'): number {
  return median(() => compare(source, target, mode));
}

function median(work: () => void): number {
  const seconds = Array.from({ length: RUNS }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  });
  return seconds.toSorted((left, right) => left - right)[Math.floor(RUNS / 2)] ?? Number.NaN;
}

function compare(source: ParitySide, target: ParitySide, mode: ComparisonMode): void {
  compareParity({
    source,
    target,
    mode,
    settings: { rules: [], waivers: [], pairs: [] },
    id: 'bench',
    timestamp: '2026-01-31T10:00:00.000Z',
    today: '2026-01-31',
    tool: 'trueup',
  });
}

function sideOf({ name, services, changed = 0, prefix = '' }: SideOptions): ParitySide {
  const resources = Array.from({ length: services }, (_, index) => {
    return serviceOf(name, prefix, index, changed > 0 && index % changed === 0);
  });
  return {
    label: name,
    environment: name,
    type: 'staging',
    project: name,
    origin: 'declared',
    revision: null,
    observed_at: null,
    engines: [],
    resources: new Map(resources.map((resource) => [resource.address, resource])),
    unknown: [],
    absent: new Map(),
    ignored: [],
  };
}

/** Ten services of each image, in chains. */
function serviceOf(name: string, prefix: string, index: number, isChanged: boolean): ParityResource {
  const key = `${prefix}s${index}`;
  const address: Address = `service.${key}`;
  const need = { condition: 'service_healthy', restart: false, criticality: 'required' };
  return {
    address,
    type: 'service',
    name: `${name}-${key}-1`,
    driver: 'docker',
    config: configOf(name, key, index, isChanged),
    dependencies: index % 10 === 0 ? {} : { [`${prefix}s${index - 1}`]: need },
    effective: null,
    status: { run_state: 'running', health: 'healthy', restarts: 0 },
    declared: true,
    locate: () => null,
  };
}

function configOf(name: string, key: string, index: number, isChanged: boolean): JsonObject {
  return {
    type: 'application',
    role: 'backend',
    process: null,
    container: {
      image: `acme/app${Math.floor(index / 10)}:1.${isChanged ? 5 : 4}.2`,
      command: ['serve', '--number', String(index)],
      user: null,
      restart: 'unless-stopped',
    },
    environment_variables: {
      LOG_LEVEL: isChanged ? 'debug' : 'info',
      DATABASE_URL: `postgres://app@db.${name}.example.com:5432/${key}`,
      QUEUE: `${name}-jobs`,
    },
    networking: {
      hostname: null,
      ports: {
        [`${8000 + index}/tcp`]: { host_port: 8000 + index, container_port: 80, protocol: 'tcp', host_ip: null },
      },
      networks: { default: { aliases: [key], ipv4_address: null, ipv6_address: null } },
    },
    storage: { volumes: {}, tmpfs: {} },
    health_check: { test: ['CMD', 'true'], endpoints: {}, interval: '5s', timeout: '3s', retries: 3 },
    resource_limits: { cpu_limit: null, memory_limit: isChanged ? '128MiB' : '256MiB' },
    labels: { team: 'core', index: String(index) },
    run_state: 'running',
  };
}
