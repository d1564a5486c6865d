/** Whether a service runs, under which name, how it is looked at, and how much it may use, as the world changes it. */
import { ENGINE_VARIABLES } from '../../../support/docker/engine-variables.ts';
import type { Json } from '../../../../src/model/json.ts';
import {
  type AnyWorldRow,
  type Base,
  done,
  flag,
  found,
  options,
  outOfReach,
  remade,
  type Stage,
  type WorldRow,
} from '../../../support/docker/world/world-row.ts';

/** Engines have it from 25.0 on. */
const HAS_START_INTERVAL: boolean = process.env[ENGINE_VARIABLES.kind] === 'current';

const NOT_HELD = 'nothing that a container holds: trueup alone goes by it';

function ran(how: string, state: string, acts: (stage: Stage) => Promise<unknown>): WorldRow {
  // With an init a signal that nobody handles ends it.
  const says: WorldRow['says'] = () => ({ service: { 'container.init': true } });
  return done({ field: 'run', how, base: 'bare', alone: true, says }, acts, [
    found('service', 'run_state', [state, 'running'], { severity: 'error', byHand: 'run_state', at: ['run'] }),
  ]);
}

function health(
  field: string,
  how: string,
  change: readonly [flag: string, ...values: readonly string[]],
  values: readonly [Json, Json],
  says: Readonly<Record<string, Json | undefined>> = {},
): WorldRow {
  const severity = field === 'start_interval' ? 'info' : 'warning';
  return remade(
    { field: `health_check.${field}`, how, base: 'full', says: () => ({ service: says }) },
    flag(...change),
    [found('service', `health_check.${field}`, values, { severity })],
  );
}

const HEALTH: readonly AnyWorldRow[] = [
  remade(
    { field: 'health_check.test', how: 'set', base: 'bare' },
    options((all) => [...all, ['--health-cmd', 'exit 0'], ['--health-interval', '90s']]),
    [
      found('service', 'health_check', [
        {
          test: ['CMD-SHELL', 'exit 0'],
          interval: '1m30s',
          timeout: '30s',
          retries: 3,
          start_period: '0s',
        },
        null,
      ]),
    ],
  ),
  health(
    'test',
    'changed',
    ['--health-cmd', 'test -d $HOME'],
    [
      ['CMD-SHELL', 'test -d $HOME'],
      ['CMD-SHELL', 'exit 0'],
    ],
  ),
  remade(
    {
      field: 'health_check.test',
      how: 'taken away, so that it is the image’s',
      base: 'full',
      around: ['service.health_check'],
    },
    options((all) => all.filter(([name]) => !name.startsWith('--health-'))),
    [
      // No manifest may say an interval that is shorter than its timeout.
      found('service', 'health_check.interval', ['1s', '1m40s'], { byHand: 'no_edit' }),
      found('service', 'health_check.retries', [2, 3]),
      found('service', 'health_check.start_period', ['0s', '2s']),
      found('service', 'health_check.test', [
        ['CMD', 'true'],
        ['CMD-SHELL', 'exit 0'],
      ]),
      found('service', 'health_check.timeout', ['1m', '5s']),
    ],
  ),
  remade(
    { field: 'health_check.test', how: 'switched off', base: 'full', around: ['service.health_check'] },
    options((all) => [...all.filter(([name]) => !name.startsWith('--health-')), ['--no-healthcheck', null]]),
    [
      found('service', 'health_check.interval', ['1s', '1m40s']),
      found('service', 'health_check.retries', [2, 3]),
      found('service', 'health_check.start_period', ['0s', '2s']),
      found('service', 'health_check.test', [['NONE'], ['CMD-SHELL', 'exit 0']]),
      found('service', 'health_check.timeout', ['1m', '5s']),
    ],
  ),
  health('interval', 'changed', ['--health-interval', '50s'], ['50s', '1m40s']),
  health('interval', 'set', ['--health-interval', '50s'], ['50s', '30s'], { 'health_check.interval': undefined }),
  // Left out, a time is what the image's check has.
  {
    ...health('interval', 'taken away', ['--health-interval'], ['1s', '1m40s']),
    finds: () => [found('service', 'health_check.interval', ['1s', '1m40s'], { byHand: 'no_edit' })],
  },
  health('timeout', 'changed', ['--health-timeout', '1500ms'], ['1s500ms', '5s']),
  health('timeout', 'set', ['--health-timeout', '9s'], ['9s', '30s'], { 'health_check.timeout': undefined }),
  health('timeout', 'taken away', ['--health-timeout'], ['1m', '5s']),
  health('retries', 'changed', ['--health-retries', '7'], [7, 3]),
  health('retries', 'set', ['--health-retries', '7'], [7, 3], { 'health_check.retries': undefined }),
  health('retries', 'taken away', ['--health-retries'], [2, 3]),
  health('start_period', 'changed', ['--health-start-period', '4s'], ['4s', '2s']),
  health('start_period', 'set', ['--health-start-period', '4s'], ['4s', '0s'], {
    'health_check.start_period': undefined,
  }),
  health('start_period', 'taken away', ['--health-start-period'], ['0s', '2s']),
  ...(HAS_START_INTERVAL
    ? [
        health('start_interval', 'set', ['--health-start-interval', '2s'], ['2s', null]),
        health('start_interval', 'changed', ['--health-start-interval', '2s'], ['2s', '1s'], {
          'health_check.start_interval': '1s',
        }),
        health('start_interval', 'taken away', ['--health-start-interval'], [null, '1s'], {
          'health_check.start_interval': '1s',
        }),
      ]
    : [outOfReach('service', 'health_check.start_interval', 'this engine has none')]),
  ...['endpoints.*.url', 'endpoints.*.method', 'endpoints.*.expected_status', 'endpoints.*.timeout_ms'].map((field) =>
    outOfReach('service', `health_check.${field}`, NOT_HELD),
  ),
  ...['status_code', 'body_pattern', 'json_path'].map((field) =>
    outOfReach('service', `health_check.expected_response.${field}`, NOT_HELD),
  ),
];

function updated(
  field: string,
  how: string,
  base: Base,
  given: readonly string[],
  values: readonly [Json, Json],
): WorldRow {
  return done(
    { field: `resource_limits.${field}`, how, base },
    ({ docker, container }) => docker('update', ...given, container),
    [found('service', `resource_limits.${field}`, values)],
  );
}

function unlimited(field: string, flags: readonly string[], after: Json): WorldRow {
  return remade(
    { field: `resource_limits.${field}`, how: 'taken away', base: 'full' },
    options((all) => all.filter(([name]) => !flags.includes(name))),
    [found('service', `resource_limits.${field}`, [null, after])],
  );
}

const LIMITS: readonly AnyWorldRow[] = [
  updated('cpu_limit', 'set', 'bare', ['--cpus', '1.5'], [1.5, null]),
  updated('cpu_limit', 'changed', 'full', ['--cpus', '0.25'], [0.25, 0.5]),
  unlimited('cpu_limit', ['--cpus'], 0.5),
  updated(
    'cpu_limit',
    'set as a quota of a period',
    'bare',
    ['--cpu-quota', '50000', '--cpu-period', '100000'],
    ['0.5', null],
  ),
  updated('memory_limit', 'set', 'bare', ['--memory', '96m', '--memory-swap', '-1'], ['96MiB', null]),
  updated('memory_limit', 'changed', 'full', ['--memory', '100000k', '--memory-swap', '-1'], ['100000KiB', '64MiB']),
  unlimited('memory_limit', ['--memory', '--memory-swap'], '64MiB'),
  updated('cpu_reservation', 'set', 'bare', ['--cpu-shares', '100'], [0.09765625, null]),
  updated('cpu_reservation', 'changed', 'full', ['--cpu-shares', '512'], [0.5, 0.25]),
  unlimited('cpu_reservation', ['--cpu-shares'], 0.25),
  updated('memory_reservation', 'set', 'bare', ['--memory-reservation', '20m'], ['20MiB', null]),
  updated('memory_reservation', 'changed', 'full', ['--memory-reservation', '20m'], ['20MiB', '32MiB']),
  unlimited('memory_reservation', ['--memory-reservation'], '32MiB'),
];

const HOOKS = [
  'command',
  'user',
  'privileged',
  'working_dir',
  ...['secret', 'source', 'value'].map((name) => `environment.*.${name}`),
];

export const SERVICE_ROWS: readonly AnyWorldRow[] = [
  done(
    { field: 'name', how: 'renamed', base: 'bare' },
    ({ docker, scene, container }) => docker('rename', container, `renamed-${scene.key}`),
    ({ key }) => [found('service', 'name', [`renamed-${key}`, `shop-${key}-1`])],
  ),
  done(
    {
      field: 'name',
      how: 'renamed from the name that git says',
      base: 'bare',
      says: ({ key }) => ({ service: { name: `named-${key}` } }),
    },
    ({ docker, scene, container }) => docker('rename', container, `renamed-${scene.key}`),
    ({ key }) => [found('service', 'name', [`renamed-${key}`, `named-${key}`])],
  ),
  ran('stopped', 'stopped', ({ docker, container }) => docker('stop', '--time', '1', container)),
  ran('killed', 'failed', ({ docker, container }) => docker('kill', container)),
  ran('paused', 'paused', ({ docker, container }) => docker('pause', container)),
  ...HEALTH,
  ...LIMITS,
  ...['adopted.name', 'type', 'role', 'profiles', 'protect', 'deletion_policy', 'on_failure', 'drift'].map((field) =>
    outOfReach('service', field, NOT_HELD),
  ),
  outOfReach('service', 'engine', 'another engine is another place to look at'),
  ...['condition', 'restart', 'criticality'].map((field) => outOfReach('service', `dependencies.*.${field}`, NOT_HELD)),
  ...['post_start', 'pre_stop'].flatMap((event) =>
    HOOKS.map((field) => outOfReach('service', `${event}.*.${field}`, NOT_HELD)),
  ),
];
