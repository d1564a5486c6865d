/** Every field of a service as a container: what an edit of it takes, and what the engine says of it. */
import type { Json } from '../../../../src/model/json.ts';
import {
  type AnyRow,
  at,
  elsewhere,
  inPlace,
  lifted,
  pathOf,
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

function health(field: string, value: Json | undefined, name: string, values: readonly [unknown, unknown]): Row {
  return replaces(`health_check.${field}`, value, {
    ...(value === undefined ? { variant: 'lifted' } : {}),
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
  // The manifests' own defaults.
  health('interval', undefined, 'Interval', [20 * SECOND_NS, 30 * SECOND_NS]),
  // The interval, where that is shorter.
  { ...health('timeout', undefined, 'Timeout', [5 * SECOND_NS, 20 * SECOND_NS]), alone: true },
  health('start_period', undefined, 'StartPeriod', [2 * SECOND_NS, undefined]),
  {
    ...lifted('health_check', { shown: 'Config.Healthcheck.Interval', before: 20 * SECOND_NS, after: SECOND_NS }),
    field: 'health_check.test',
    variant: 'lifted along with the others, so that the check is the image’s',
    differs: () => ['interval', 'timeout', 'retries', 'start_period'].map((name) => pathOf(`health_check.${name}`)),
  },
  {
    ...replaces(
      'health_check',
      { test: ['NONE'] },
      { shown: 'Config.Healthcheck.Test', before: ['CMD', 'true'], after: ['NONE'] },
    ),
    field: 'health_check.test',
    variant: 'switched off',
    differs: () => [pathOf('health_check.test')],
    // What is switched off has no timings.
    drifts: () => ['test', 'interval', 'timeout', 'start_period'].map((name) => pathOf(`health_check.${name}`)),
  },
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
  unlimited('cpu_limit', 'NanoCpus', 5e8),
  unlimited('memory_limit', 'Memory', 64 * MIB),
  unlimited('cpu_reservation', 'CpuShares', 256),
  unlimited('memory_reservation', 'MemoryReservation', 32 * MIB),
];

/** A limit can be set while the container runs, and not be lifted. */
function unlimited(field: string, name: string, before: number): Row {
  const row = lifted(`resource_limits.${field}`, { shown: `HostConfig.${name}`, before, after: 0 });
  return { ...row, healKeeps: true };
}

const variable =
  (name: string) =>
  (seen: Seen): unknown => {
    const env = at(seen.container, 'Config.Env');
    return Array.isArray(env) ? env.find((text) => String(text).startsWith(`${name}=`)) : null;
  };

function envRow(name: string, value: Json | undefined, values: readonly [unknown, unknown], variant: string): Row {
  return {
    ...replaces(`environment_variables.${name}`, value, { shown: '', before: values[0], after: values[1] }),
    field: 'environment_variables.*.value',
    variant,
    shown: variable(name),
  };
}

const OTHERS: readonly AnyRow[] = [
  elsewhere('service', 'adopted.name', 'import.test.ts: what is claimed'),
  elsewhere('service', 'name', 'life.test.ts: a new physical name'),
  elsewhere('service', 'engine', 'another engine is a removal and a creation: unit tests of the plan'),
  elsewhere('service', 'profiles', 'which services there are at all: unit tests of the manifest'),
  elsewhere('service', 'run', 'life.test.ts: jobs run once'),
  sameAs('service', 'type', { type: 'monitoring' }),
  sameAs('service', 'role', { role: 'backend' }),
  sameAs('service', 'dependencies.*.condition', { 'dependencies.first.condition': 'service_healthy' }),
  sameAs('service', 'dependencies.*.restart', { 'dependencies.first.restart': true }),
  sameAs('service', 'dependencies.*.criticality', { 'dependencies.first.criticality': 'optional' }),
  ...['post_start', 'pre_stop'].flatMap((event) => [
    sameAs('service', `${event}.*.command`, { [event]: [{ command: ['true'] }] }),
    sameAs('service', `${event}.*.user`, { [event]: [{ command: ['true'], user: '1' }] }),
    sameAs('service', `${event}.*.privileged`, { [event]: [{ command: ['true'], privileged: true }] }),
    sameAs('service', `${event}.*.working_dir`, { [event]: [{ command: ['true'], working_dir: '/' }] }),
    sameAs('service', `${event}.*.environment.*.value`, { [event]: [{ command: ['true'], environment: { A: 'b' } }] }),
    ...['secret', 'source'].map((field) =>
      elsewhere('service', `${event}.*.environment.*.${field}`, 'hooks.test.ts: a secret in the environment of a hook'),
    ),
  ]),
  sameAs('service', 'on_failure', { on_failure: 'continue' }),
  sameAs('service', 'drift', { drift: 'heal' }),
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
  envRow('LOG_LEVEL', undefined, ['LOG_LEVEL=info', undefined], 'lifted'),
  envRow('COLOUR', 'red', ['COLOUR=blue', 'COLOUR=red'], 'over the image’s'),
  envRow('FRESH', 'new', [undefined, 'FRESH=new'], 'where there was none'),
  { ...envRow('TOKEN', undefined, ['TOKEN=hunter-22', undefined], 'lifted'), field: 'environment_variables.*.secret' },
  {
    ...envRow('TOKEN', 'no-secret', ['TOKEN=hunter-22', 'TOKEN=no-secret'], 'no secret any more'),
    field: 'environment_variables.*.secret',
  },
  elsewhere('service', 'environment_variables.*.source', 'test/cli/secrets.test.ts: inline, file and command'),
  {
    ...replaces('labels.team', 'ops', { shown: 'Config.Labels.team', before: 'core', after: 'ops' }),
    field: 'labels',
  },
  {
    ...lifted('labels.team', { shown: 'Config.Labels.team', before: 'core', after: 'image' }),
    field: 'labels',
    variant: 'lifted, so that it is the image’s',
  },
  {
    ...replaces('labels.fresh', 'yes', { shown: 'Config.Labels.fresh', before: undefined, after: 'yes' }),
    field: 'labels',
    variant: 'where there was none',
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
