/** Volumes and networks, which the world removes and makes again otherwise. */
import { ENGINE_VARIABLES } from '../../../support/docker/engine-variables.ts';
import type { Json } from '../../../../src/model/json.ts';
import type { Owner, Scene } from '../../../support/docker/fields/scene.ts';
import { type Options, withEntry, withFlag } from '../../../support/docker/world/options.ts';
import {
  type AnyWorldRow,
  type Base,
  found,
  outOfReach,
  type ToFind,
  type WorldRow,
} from '../../../support/docker/world/world-row.ts';

const IS_CURRENT: boolean = process.env[ENGINE_VARIABLES.kind] === 'current';

type Made = Exclude<Owner, 'service'>;

const NOT_HELD = 'nothing that the engine holds: trueup alone goes by it';
const MTU = 'com.docker.network.driver.mtu';

function made(
  of: Made,
  field: string,
  how: string,
  base: Base,
  change: (all: Options, scene: Scene) => Options,
  finds: (scene: Scene) => readonly ToFind[],
  more: Partial<WorldRow> = {},
): WorldRow {
  return {
    of,
    field,
    how,
    base,
    otherwise: (scene) => ({ [of]: (all: Options) => change(all, scene) }),
    finds,
    ...more,
  };
}

/** Labels of volumes and networks. */
function labels(of: Made): readonly WorldRow[] {
  const severity = 'info';
  const label = (how: string, base: Base, text: string | null, name: string, values: readonly [Json, Json]): WorldRow =>
    made(
      of,
      'labels',
      how,
      base,
      (all) => withEntry(all, '--label', `${name}=`, text),
      () => [found(of, `labels.${name}`, values, { severity })],
    );
  return [
    label('set', 'bare', 'fresh=yes', 'fresh', ['yes', null]),
    label('changed', 'full', 'team=ops', 'team', ['ops', 'core']),
    label('taken away', 'full', null, 'team', [null, 'core']),
  ];
}

function driverOption(how: string, base: Base, text: string | null, values: readonly [Json, Json]): WorldRow {
  return made(
    'network',
    'driver_opts',
    how,
    base,
    (all) => withEntry(all, '--opt', `${MTU}=`, text),
    () => [{ ...found('network', '', values), names: ['driver_opts', MTU] }],
  );
}

const volumeOption = (name: string, values: readonly [Json, Json]): ToFind =>
  found('volume', `driver_opts.${name}`, values, { severity: 'error' });

export const VOLUME_ROWS: readonly AnyWorldRow[] = [
  outOfReach('volume', 'name', 'no engine renames a volume'),
  outOfReach('volume', 'type', 'only named volumes are carried out'),
  outOfReach('volume', 'engine', 'another engine is another place to look at'),
  outOfReach('volume', 'driver', 'no engine has another without a plugin'),
  ...['purpose', 'size_estimate_gb', 'backup_enabled', 'backups_kept'].map((field) =>
    outOfReach('volume', `metadata.${field}`, NOT_HELD),
  ),
  ...['adopted.name', 'external', 'protect', 'deletion_policy', 'drift'].map((field) =>
    outOfReach('volume', field, NOT_HELD),
  ),
  made(
    'volume',
    'driver_opts',
    'set',
    'bare',
    (all) => [...all, ['--opt', 'type=tmpfs'], ['--opt', 'device=tmpfs'], ['--opt', 'o=size=3m']],
    () => [
      volumeOption('device', ['tmpfs', null]),
      volumeOption('o', ['size=3m', null]),
      volumeOption('type', ['tmpfs', null]),
    ],
  ),
  made(
    'volume',
    'driver_opts',
    'changed',
    'full',
    (all) => withEntry(all, '--opt', 'o=', 'o=size=2m'),
    () => [volumeOption('o', ['size=2m', 'size=1m'])],
  ),
  made(
    'volume',
    'driver_opts',
    'taken away',
    'full',
    (all) => withFlag(all, '--opt'),
    () => [
      volumeOption('device', [null, 'tmpfs']),
      volumeOption('o', [null, 'size=1m']),
      volumeOption('type', [null, 'tmpfs']),
    ],
  ),
  ...labels('volume'),
];

/** Only the first subnet, which is the one of IPv4, has a gateway and a range. */
function pool(
  field: 'gateway' | 'ip_range',
  how: string,
  text: (scene: Scene) => string | null,
  values: (scene: Scene) => readonly [Json, Json],
  says?: (scene: Scene) => readonly Json[],
): WorldRow {
  const name = field === 'gateway' ? '--gateway' : '--ip-range';
  return made(
    'network',
    `ipam.config.*.${field}`,
    how,
    'full',
    (all, scene) => {
      const value = text(scene);
      return withFlag(all, name, ...(value === null ? [] : [value]));
    },
    (scene) => [
      {
        ...found('network', '', values(scene)),
        names: ['ipam', 'config', `${scene.subnet}.0/24`, field],
        at: ['ipam', 'config', '0', field],
      },
    ],
    says === undefined ? {} : { says: (scene) => ({ network: { 'ipam.config': says(scene) } }) },
  );
}

const six = ({ subnet6 }: Scene): Json => ({ subnet: `${subnet6}:/64` });
const subnetOf = ({ subnet }: Scene): string => `${subnet}.0/24`;

function poolFound(subnet: string, values: readonly [Json, Json], at: readonly string[] = []): ToFind {
  return {
    ...found('network', '', values, { severity: 'error' }),
    names: ['ipam', 'config', subnet],
    at: ['ipam', 'config', ...at],
  };
}

const poolOf = (subnet: string, gateway: string | null, range: string | null = null): Json => ({
  subnet,
  gateway,
  ip_range: range,
});

const SUBNETS: readonly WorldRow[] = [
  made(
    'network',
    'ipam.config.*.subnet',
    'set',
    'bare',
    (all, scene) => [
      ...all.filter(([name]) => !['--subnet', '--gateway', '--ip-range'].includes(name)),
      ['--subnet', subnetOf(scene)],
      ['--ip-range', `${scene.subnet}.128/25`],
      ['--gateway', `${scene.subnet}.1`],
    ],
    (scene) => [
      poolFound(subnetOf(scene), [poolOf(subnetOf(scene), `${scene.subnet}.1`, `${scene.subnet}.128/25`), null]),
    ],
    { around: ['network.ipam'] },
  ),
  made(
    'network',
    'ipam.config.*.subnet',
    'changed',
    'full',
    (all, { nextSubnet, subnet6 }) => [
      ...all.filter(([name]) => !['--subnet', '--gateway', '--ip-range'].includes(name)),
      ['--subnet', `${nextSubnet}.0/24`],
      ['--gateway', `${nextSubnet}.1`],
      ['--subnet', `${subnet6}:/64`],
    ],
    (scene) => [
      poolFound(subnetOf(scene), [null, poolOf(subnetOf(scene), `${scene.subnet}.1`, `${scene.subnet}.128/25`)], ['0']),
      poolFound(`${scene.nextSubnet}.0/24`, [poolOf(`${scene.nextSubnet}.0/24`, `${scene.nextSubnet}.1`), null]),
    ],
    {
      around: ['network.ipam', 'service.networking'],
      // Nobody has a fixed address in what goes.
      says: ({ network }) => ({ service: { [`networking.networks.${network}.ipv4_address`]: undefined } }),
    },
  ),
  made(
    'network',
    'ipam.config.*.subnet',
    'that of IPv6 taken away',
    'full',
    (all, { subnet6 }) => withFlag(all, '--ipv6').filter(([, value]) => value === null || !value.startsWith(subnet6)),
    (scene) => [poolFound(`${scene.subnet6}:/64`, [null, poolOf(`${scene.subnet6}:/64`, null)], ['1'])],
    {
      around: ['network.ipam', 'service.networking'],
      says: ({ network }) => ({ service: { [`networking.networks.${network}.ipv6_address`]: undefined } }),
    },
  ),
  pool(
    'gateway',
    'changed',
    ({ subnet }) => `${subnet}.2`,
    ({ subnet }) => [`${subnet}.2`, `${subnet}.1`],
  ),
  pool(
    'gateway',
    'taken away, so that the engine chooses one',
    () => null,
    // Engines of 20.10 do not say which.
    ({ subnet }) => [IS_CURRENT ? `${subnet}.1` : null, `${subnet}.5`],
    (scene) => [{ subnet: subnetOf(scene), gateway: `${scene.subnet}.5` }, six(scene)],
  ),
  pool(
    'ip_range',
    'set',
    ({ subnet }) => `${subnet}.64/26`,
    ({ subnet }) => [`${subnet}.64/26`, null],
    (scene) => [{ subnet: subnetOf(scene), gateway: `${scene.subnet}.1` }, six(scene)],
  ),
  pool(
    'ip_range',
    'changed',
    ({ subnet }) => `${subnet}.64/26`,
    ({ subnet }) => [`${subnet}.64/26`, `${subnet}.128/25`],
  ),
  pool(
    'ip_range',
    'taken away',
    () => null,
    ({ subnet }) => [null, `${subnet}.128/25`],
  ),
];

function switched(field: 'internal' | 'attachable', severity: ToFind['severity']): readonly WorldRow[] {
  const row = (how: string, isNow: boolean, says: WorldRow['says']): WorldRow =>
    made(
      'network',
      field,
      how,
      'full',
      (all) => withFlag(all, `--${field}`, ...(isNow ? [null] : [])),
      () => [found('network', field, [isNow, !isNow], { severity })],
      says === undefined ? {} : { says },
    );
  return [row('set', true, undefined), row('taken away', false, () => ({ network: { [field]: true } }))];
}

export const NETWORK_ROWS: readonly AnyWorldRow[] = [
  outOfReach('network', 'name', 'no engine renames a network'),
  outOfReach('network', 'engine', 'another engine is another place to look at'),
  outOfReach('network', 'driver', 'bridge is the only one that every kernel has'),
  outOfReach('network', 'ipam.driver', 'no engine has another without a plugin'),
  ...['adopted.name', 'external', 'protect', 'deletion_policy', 'drift'].map((field) =>
    outOfReach('network', field, NOT_HELD),
  ),
  driverOption('set', 'bare', `${MTU}=1300`, ['1300', null]),
  driverOption('changed', 'full', `${MTU}=1300`, ['1300', '1400']),
  driverOption('taken away', 'full', null, [null, '1400']),
  ...switched('internal', 'critical'),
  ...switched('attachable', 'error'),
  ...SUBNETS,
  ...labels('network'),
];
