/** Every field of volumes and networks: what an edit of it takes, and what the engine says of it. */
import { fieldPath } from '../../../../src/model/field-path.ts';
import type { Json } from '../../../../src/model/json.ts';
import { type AnyRow, at, elsewhere, isRecord, pathOf, type Row, sameAs } from '../../../support/docker/fields/row.ts';
import type { Owner, Scene } from '../../../support/docker/fields/scene.ts';

const MTU = 'com.docker.network.driver.mtu';

/** A field of a volume or network that cannot change: another one takes its place. */
function remade(
  of: Exclude<Owner, 'service'>,
  field: string,
  edit: Json | undefined | ((scene: Scene) => Json),
  differs: (scene: Scene) => readonly string[],
  expectation: Pick<Row, 'shown' | 'before' | 'after'>,
): Row {
  const name = field.split('.*')[0] ?? field;
  return {
    field,
    of,
    edit: (scene) => ({ [of]: { [name]: typeof edit === 'function' ? edit(scene) : edit } }),
    differs,
    // A container joins another network as it is; another volume it can only be made with.
    keeps: of === 'network',
    ...expectation,
  };
}

export const VOLUME_ROWS: readonly AnyRow[] = [
  elsewhere('volume', 'name', 'moved volumes: the contract suite'),
  elsewhere('volume', 'engine', 'the engine of its users: unit tests of the manifest'),
  elsewhere('volume', 'adopted.name', 'import.test.ts: what is claimed'),
  elsewhere('volume', 'external', 'foreign.test.ts: what somebody else made'),
  elsewhere('volume', 'type', 'only named volumes are carried out: unit tests of the manifest'),
  elsewhere('volume', 'driver', 'no engine has another without a plugin: unit tests of the driver'),
  sameAs('volume', 'metadata.backup_enabled', { 'metadata.backup_enabled': true }),
  sameAs('volume', 'metadata.backups_kept', { 'metadata.backups_kept': 5 }),
  remade('volume', 'driver_opts', { type: 'tmpfs', device: 'tmpfs', o: 'size=2m' }, () => [pathOf('driver_opts.o')], {
    shown: ({ volume }) => at(volume, 'Options.o'),
    before: 'size=1m',
    after: 'size=2m',
  }),
  {
    ...remade(
      'volume',
      'driver_opts',
      undefined,
      () => ['device', 'o', 'type'].map((name) => pathOf(`driver_opts.${name}`)),
      {
        shown: ({ volume }) => volume['Options'] ?? {},
        before: { device: 'tmpfs', o: 'size=1m', type: 'tmpfs' },
        after: {},
      },
    ),
    variant: 'lifted',
  },
  {
    ...remade('volume', 'labels', undefined, () => [pathOf('labels.team')], {
      shown: ({ volume }) => at(volume, 'Labels.team'),
      before: 'core',
      after: undefined,
    }),
    variant: 'lifted',
  },
  remade('volume', 'labels', { team: 'ops' }, () => [pathOf('labels.team')], {
    shown: ({ volume }) => at(volume, 'Labels.team'),
    before: 'core',
    after: 'ops',
  }),
  sameAs('volume', 'metadata.purpose', { 'metadata.purpose': 'carts' }),
  sameAs('volume', 'metadata.size_estimate_gb', { 'metadata.size_estimate_gb': 2 }),
  sameAs('volume', 'protect', { protect: true }),
  sameAs('volume', 'deletion_policy', { deletion_policy: 'retain' }),
  sameAs('volume', 'drift', { drift: 'ignore' }),
];

function pool(field: string, edit: (scene: Scene) => Json, values: readonly [string, string]): Row {
  const engineField = field === 'gateway' ? 'Gateway' : 'IPRange';
  return remade(
    'network',
    `ipam.config.*.${field}`,
    (scene) => [edit(scene), { subnet: `${scene.subnet6}:/64` }],
    (scene) => [fieldPath('ipam', 'config', `${scene.subnet}.0/24`, field)],
    {
      shown: ({ network }, { subnet }) => String(poolOf(network, `${subnet}.0/24`)[engineField]).replace(subnet, ''),
      before: values[0],
      after: values[1],
    },
  );
}

function mtuOf({ Options: options }: Readonly<Record<string, unknown>>): unknown {
  return isRecord(options) ? options[MTU] : undefined;
}

function poolOf(network: Readonly<Record<string, unknown>>, subnet: string): Readonly<Record<string, unknown>> {
  const pools = at(network, 'IPAM.Config');
  const found: unknown = Array.isArray(pools) ? pools.find((one) => isRecord(one) && one['Subnet'] === subnet) : null;
  return isRecord(found) ? found : {};
}

export const NETWORK_ROWS: readonly AnyRow[] = [
  elsewhere('network', 'name', 'life.test.ts: a new physical name'),
  elsewhere('network', 'engine', 'the engine of its users: unit tests of the manifest'),
  elsewhere('network', 'adopted.name', 'import.test.ts: what is claimed'),
  elsewhere('network', 'external', 'foreign.test.ts: what somebody else made'),
  elsewhere('network', 'driver', 'bridge is the only one that every kernel has: unit tests of the driver'),
  elsewhere('network', 'ipam.driver', 'no engine has another without a plugin: unit tests of the driver'),
  remade('network', 'driver_opts', { [MTU]: '1300' }, () => [fieldPath('driver_opts', MTU)], {
    shown: ({ network }) => mtuOf(network),
    before: '1400',
    after: '1300',
  }),
  {
    ...remade('network', 'driver_opts', undefined, () => [fieldPath('driver_opts', MTU)], {
      shown: ({ network }) => mtuOf(network),
      before: '1400',
      after: undefined,
    }),
    variant: 'lifted',
  },
  {
    ...remade('network', 'labels', undefined, () => [pathOf('labels.team')], {
      shown: ({ network }) => at(network, 'Labels.team'),
      before: 'core',
      after: undefined,
    }),
    variant: 'lifted',
  },
  {
    field: 'ipam.config.*.subnet',
    variant: 'IPv6, lifted along with the address in it',
    of: 'network',
    edit: (scene) => ({
      network: {
        'ipam.config': [
          { subnet: `${scene.subnet}.0/24`, gateway: `${scene.subnet}.1`, ip_range: `${scene.subnet}.128/25` },
        ],
      },
      service: { [`networking.networks.${scene.network}.ipv6_address`]: undefined },
    }),
    differs: (scene) => [
      fieldPath('ipam', 'config', `${scene.subnet6}:/64`),
      fieldPath('networking', 'networks', scene.network, 'ipv6_address'),
    ],
    keeps: true,
    shown: ({ network }) => network['EnableIPv6'],
    before: true,
    after: false,
  },
  remade('network', 'internal', true, () => [pathOf('internal')], {
    shown: ({ network }) => network['Internal'],
    before: false,
    after: true,
  }),
  remade('network', 'attachable', true, () => [pathOf('attachable')], {
    shown: ({ network }) => network['Attachable'],
    before: false,
    after: true,
  }),
  {
    field: 'ipam.config.*.subnet',
    of: 'network',
    // What is attached with a fixed address moves along.
    edit: (scene) => ({
      network: {
        'ipam.config': [
          { subnet: `${scene.nextSubnet}.0/24`, gateway: `${scene.nextSubnet}.1` },
          { subnet: `${scene.subnet6}:/64` },
        ],
      },
      service: { [`networking.networks.${scene.network}.ipv4_address`]: `${scene.nextSubnet}.9` },
    }),
    differs: (scene) => [
      fieldPath('ipam', 'config', `${scene.subnet}.0/24`),
      fieldPath('ipam', 'config', `${scene.nextSubnet}.0/24`),
      fieldPath('networking', 'networks', scene.network, 'ipv4_address'),
    ],
    keeps: true,
    shown: ({ network }, scene) =>
      [scene.subnet, scene.nextSubnet].map((net) => 'Subnet' in poolOf(network, `${net}.0/24`)),
    before: [true, false],
    after: [false, true],
  },
  pool(
    'gateway',
    ({ subnet }) => ({ subnet: `${subnet}.0/24`, gateway: `${subnet}.2`, ip_range: `${subnet}.128/25` }),
    ['.1', '.2'],
  ),
  pool(
    'ip_range',
    ({ subnet }) => ({ subnet: `${subnet}.0/24`, gateway: `${subnet}.1`, ip_range: `${subnet}.192/26` }),
    ['.128/25', '.192/26'],
  ),
  {
    ...pool('ip_range', ({ subnet }) => ({ subnet: `${subnet}.0/24`, gateway: `${subnet}.1` }), [
      '.128/25',
      'undefined',
    ]),
    variant: 'lifted',
  },
  remade('network', 'labels', { team: 'ops' }, () => [pathOf('labels.team')], {
    shown: ({ network }) => at(network, 'Labels.team'),
    before: 'core',
    after: 'ops',
  }),
  sameAs('network', 'protect', { protect: true }),
  sameAs('network', 'deletion_policy', { deletion_policy: 'retain' }),
  sameAs('network', 'drift', { drift: 'ignore' }),
];
