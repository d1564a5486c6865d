/** Every field of a service as a container: what an edit of it takes, and what the engine says of it. */
import type { Json } from '../../../../src/model/json.ts';
import {
  type AnyRow,
  at,
  elsewhere,
  inPlace,
  replaces,
  type Row,
  sameAs,
  type Seen,
} from '../../../support/docker/fields/row.ts';
import { ENGINE_VARIABLES } from '../../../support/docker/engine-variables.ts';
import { CONTAINER_ROWS } from './container-rows.ts';
import { NETWORKING_ROWS } from './networking-rows.ts';
import { STORAGE_ROWS } from './storage-rows.ts';

/** Engines have it from 25.0 on. */
export const HAS_START_INTERVAL: boolean = process.env[ENGINE_VARIABLES.kind] === 'current';

const SECOND_NS = 1_000_000_000;
const MIB = 2 ** 20;

function health(field: string, value: Json, name: string, values: readonly [unknown, unknown]): Row {
  return replaces(`health_check.${field}`, value, {
    shown: `Config.Healthcheck.${name}`,
    before: values[0],
    after: values[1],
  });
}

const HEALTH: readonly AnyRow[] = [
  health('test', ['CMD-SHELL', 'exit 0'], 'Test', [
    ['CMD', 'true'],
    ['CMD-SHELL', 'exit 0'],
  ]),
  health('interval', '21s', 'Interval', [20 * SECOND_NS, 21 * SECOND_NS]),
  health('timeout', '6s', 'Timeout', [5 * SECOND_NS, 6 * SECOND_NS]),
  health('retries', 4, 'Retries', [3, 4]),
  health('start_period', '3s', 'StartPeriod', [2 * SECOND_NS, 3 * SECOND_NS]),
  HAS_START_INTERVAL
    ? health('start_interval', '2s', 'StartInterval', [undefined, 2 * SECOND_NS])
    : elsewhere('service', 'health_check.start_interval', 'an error at its line where the engine has none: below'),
  ...['url', 'method', 'expected_status', 'timeout_ms'].map((field) =>
    elsewhere('service', `health_check.endpoints.*.${field}`, 'gates.test.ts: no container holds them'),
  ),
  ...['status_code', 'body_pattern', 'json_path'].map((field) =>
    elsewhere('service', `health_check.expected_response.${field}`, 'gates.test.ts: no container holds them'),
  ),
];

const LIMITS: readonly AnyRow[] = [
  inPlace('resource_limits.cpu_limit', 1, { shown: 'HostConfig.NanoCpus', before: 5e8, after: 1e9 }),
  inPlace('resource_limits.memory_limit', '128MiB', {
    shown: 'HostConfig.Memory',
    before: 64 * MIB,
    after: 128 * MIB,
  }),
  inPlace('resource_limits.cpu_reservation', 0.5, { shown: 'HostConfig.CpuShares', before: 256, after: 512 }),
  inPlace('resource_limits.memory_reservation', '48MiB', {
    shown: 'HostConfig.MemoryReservation',
    before: 32 * MIB,
    after: 48 * MIB,
  }),
  lifted('cpu_limit', 'NanoCpus', 5e8),
  lifted('memory_limit', 'Memory', 64 * MIB),
  lifted('cpu_reservation', 'CpuShares', 256),
  lifted('memory_reservation', 'MemoryReservation', 32 * MIB),
];

function lifted(field: string, name: string, before: number): Row {
  return replaces(`resource_limits.${field}`, undefined, {
    variant: 'lifted',
    shown: `HostConfig.${name}`,
    before,
    after: 0,
  });
}

const variable =
  (name: string) =>
  (seen: Seen): unknown => {
    const env = at(seen.container, 'Config.Env');
    return Array.isArray(env) ? env.find((text) => String(text).startsWith(`${name}=`)) : null;
  };

const OTHERS: readonly AnyRow[] = [
  elsewhere('service', 'name', 'life.test.ts: a new physical name'),
  elsewhere('service', 'engine', 'another engine is a removal and a creation: unit tests of the plan'),
  elsewhere('service', 'profiles', 'which services there are at all: unit tests of the manifest'),
  elsewhere('service', 'run', 'life.test.ts: jobs run once'),
  sameAs('service', 'type', { type: 'monitoring' }),
  sameAs('service', 'role', { role: 'backend' }),
  sameAs('service', 'dependencies.*.condition', { 'dependencies.first.condition': 'service_healthy' }),
  sameAs('service', 'dependencies.*.restart', { 'dependencies.first.restart': true }),
  sameAs('service', 'dependencies.*.criticality', { 'dependencies.first.criticality': 'optional' }),
  sameAs('service', 'protect', { protect: true }),
  sameAs('service', 'deletion_policy', { deletion_policy: 'retain' }),
  {
    ...replaces('environment_variables.LOG_LEVEL', 'debug', { shown: '', before: '', after: '' }),
    field: 'environment_variables.*.value',
    shown: variable('LOG_LEVEL'),
    before: 'LOG_LEVEL=info',
    after: 'LOG_LEVEL=debug',
  },
  {
    ...replaces(
      'environment_variables.TOKEN',
      { secret: true, source: 'inline', value: 'hunter-33' },
      {
        shown: '',
        before: '',
        after: '',
      },
    ),
    field: 'environment_variables.*.secret',
    shown: variable('TOKEN'),
    before: 'TOKEN=hunter-22',
    after: 'TOKEN=hunter-33',
  },
  elsewhere('service', 'environment_variables.*.source', 'test/cli/secrets.test.ts: inline, file and command'),
  {
    ...replaces('labels.team', 'ops', { shown: 'Config.Labels.team', before: 'core', after: 'ops' }),
    field: 'labels',
  },
];

export const SERVICE_ROWS: readonly AnyRow[] = [
  ...CONTAINER_ROWS,
  ...NETWORKING_ROWS,
  ...STORAGE_ROWS,
  ...HEALTH,
  ...LIMITS,
  ...OTHERS,
];
