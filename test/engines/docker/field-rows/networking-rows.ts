/** Names, published ports and joined networks: `networking`. */
import { fieldPath } from '../../../../src/model/field-path.ts';
import type { Json } from '../../../../src/model/json.ts';
import {
  type AnyRow,
  at,
  isRecord,
  lifted,
  replaces,
  type Row,
  type Seen,
} from '../../../support/docker/fields/row.ts';
import type { Scene } from '../../../support/docker/fields/scene.ts';

/** Engines of 20.10 say nothing where there are none. */
const bindings = ({ container }: Seen): unknown => at(container, 'HostConfig.PortBindings') ?? {};

function published(scene: Scene): Readonly<Record<string, unknown>> {
  return {
    '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: `${scene.port}` }],
    '53/udp': [{ HostIp: '', HostPort: `${scene.port + 1}` }],
  };
}

/** Ports differ by scene, so that what the engine shows is compared with what the scene asks for. */
function port(
  field: string,
  edit: (scene: Scene) => readonly Json[],
  differs: (scene: Scene) => readonly string[],
  after: (scene: Scene) => Readonly<Record<string, unknown>>,
  variant?: string,
): Row {
  return {
    ...(variant === undefined ? {} : { variant }),
    field: `networking.ports.*.${field}`,
    of: 'service',
    edit: (scene) => ({ service: { 'networking.ports': edit(scene) } }),
    differs,
    keeps: false,
    shown: (seen, scene) => ({
      asBefore: sameText(bindings(seen), published(scene)),
      asAfter: sameText(bindings(seen), after(scene)),
    }),
    before: { asBefore: true, asAfter: false },
    after: { asBefore: false, asAfter: true },
  };
}

function sameText(left: unknown, right: unknown): boolean {
  const sorted = (value: unknown): string =>
    JSON.stringify(isRecord(value) ? Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)) : value);
  return sorted(left) === sorted(right);
}

const attached = ({ container }: Seen, scene: Scene): Readonly<Record<string, unknown>> => {
  const networks = at(container, 'NetworkSettings.Networks');
  const found = isRecord(networks) ? networks[`shop_${scene.network}`] : null;
  return isRecord(found) ? found : {};
};

function attachment(
  field: string,
  value: (scene: Scene) => Json | undefined,
  shown: Row['shown'],
  values: readonly [unknown, unknown],
  variant?: string,
): Row {
  return {
    ...(variant === undefined ? {} : { variant }),
    field: `networking.networks.*.${field}`,
    of: 'service',
    edit: (scene) => ({ service: { [`networking.networks.${scene.network}.${field}`]: value(scene) } }),
    differs: (scene) => [fieldPath('networking', 'networks', scene.network, field)],
    keeps: true,
    shown,
    before: values[0],
    after: values[1],
  };
}

/** Those that are declared. Engines of 20.10 add the short id. */
function aliasesIn(seen: Seen, scene: Scene): unknown {
  const { Aliases: aliases } = attached(seen, scene);
  const named = Array.isArray(aliases) ? aliases.map(String) : [];
  const own = [scene.key, `shop-${scene.key}-1`];
  return named.filter((alias) => !own.includes(alias) && !/^[0-9a-f]{12}$/.test(alias)).sort();
}

/** An address as it was asked for, which is not always what the engine gave. */
const wanted =
  (name: string): Row['shown'] =>
  (seen, scene) => {
    const { IPAMConfig: asked } = attached(seen, scene);
    return lastNumber(isRecord(asked) ? asked[name] : null);
  };

/** The end of an address: what does not differ by scene. */
const lastNumber = (address: unknown): unknown => (typeof address === 'string' ? address.split(/[.:]/).at(-1) : null);

export const NETWORKING_ROWS: readonly AnyRow[] = [
  {
    ...replaces('networking.hostname', 'other', { shown: 'Config.Hostname', before: 'its own', after: 'other' }),
    shown: ({ container }, { key }) => {
      const hostname = at(container, 'Config.Hostname');
      return hostname === key ? 'its own' : hostname;
    },
  },
  {
    ...lifted('networking.hostname', { shown: 'Config.Hostname', before: 'its own', after: 'the id' }),
    shown: ({ container }, { key }) => {
      const hostname = at(container, 'Config.Hostname');
      if (hostname === String(container['Id']).slice(0, 12)) return 'the id';
      return hostname === key ? 'its own' : hostname;
    },
  },
  port(
    'host_port',
    (scene) => [`127.0.0.1:${scene.port}:8080`, `${scene.port + 1}:53/udp`, `${scene.port + 2}:8081`],
    (scene) => [fieldPath('networking', 'ports', `${scene.port + 2}/tcp`)],
    (scene) => ({ ...published(scene), '8081/tcp': [{ HostIp: '', HostPort: `${scene.port + 2}` }] }),
  ),
  port(
    'host_port',
    (scene) => [{ container_port: 8080, host_ip: '127.0.0.1' }, `${scene.port + 1}:53/udp`],
    (scene) => [
      fieldPath('networking', 'ports', '127.0.0.1::8080/tcp'),
      fieldPath('networking', 'ports', `127.0.0.1:${scene.port}/tcp`),
    ],
    (scene) => ({ ...published(scene), '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] }),
    'lifted, so that the engine chooses one',
  ),
  port(
    'host_port',
    () => [],
    (scene) => [
      fieldPath('networking', 'ports', `127.0.0.1:${scene.port}/tcp`),
      fieldPath('networking', 'ports', `${scene.port + 1}/udp`),
    ],
    () => ({}),
    'lifted along with the ports',
  ),
  port(
    'container_port',
    (scene) => [`127.0.0.1:${scene.port}:8081`, `${scene.port + 1}:53/udp`],
    (scene) => [fieldPath('networking', 'ports', `127.0.0.1:${scene.port}/tcp`, 'container_port')],
    (scene) => ({
      '8081/tcp': [{ HostIp: '127.0.0.1', HostPort: `${scene.port}` }],
      '53/udp': [{ HostIp: '', HostPort: `${scene.port + 1}` }],
    }),
  ),
  port(
    'protocol',
    (scene) => [`127.0.0.1:${scene.port}:8080`, `${scene.port + 1}:53/udp`, `${scene.port + 3}:54/udp`],
    (scene) => [fieldPath('networking', 'ports', `${scene.port + 3}/udp`)],
    (scene) => ({ ...published(scene), '54/udp': [{ HostIp: '', HostPort: `${scene.port + 3}` }] }),
  ),
  port(
    'host_ip',
    (scene) => [`127.0.0.2:${scene.port}:8080`, `${scene.port + 1}:53/udp`],
    (scene) => [
      fieldPath('networking', 'ports', `127.0.0.1:${scene.port}/tcp`),
      fieldPath('networking', 'ports', `127.0.0.2:${scene.port}/tcp`),
    ],
    (scene) => ({ ...published(scene), '8080/tcp': [{ HostIp: '127.0.0.2', HostPort: `${scene.port}` }] }),
  ),
  port(
    'host_ip',
    (scene) => [`${scene.port}:8080`, `${scene.port + 1}:53/udp`],
    (scene) => [
      fieldPath('networking', 'ports', `127.0.0.1:${scene.port}/tcp`),
      fieldPath('networking', 'ports', `${scene.port}/tcp`),
    ],
    (scene) => ({ ...published(scene), '8080/tcp': [{ HostIp: '', HostPort: `${scene.port}` }] }),
    'lifted',
  ),
  attachment('aliases', () => ['www', 'api'], aliasesIn, [['www'], ['api', 'www']]),
  attachment('aliases', () => undefined, aliasesIn, [['www'], []], 'lifted'),
  {
    field: 'networking.networks.*.aliases',
    variant: 'lifted along with the network, so that it joins the default one',
    of: 'service',
    edit: () => ({ service: { 'networking.networks': undefined } }),
    differs: ({ network }) => [
      fieldPath('networking', 'networks', 'default'),
      fieldPath('networking', 'networks', network),
    ],
    keeps: true,
    shown: ({ container }, { network }) => {
      const joined = at(container, 'NetworkSettings.Networks');
      return Object.keys(isRecord(joined) ? joined : {}).map((name) => (name === `shop_${network}` ? 'its own' : name));
    },
    before: ['its own'],
    after: ['shop_default'],
  },
  attachment(
    'ipv4_address',
    (scene) => `${scene.subnet}.10`,
    (seen, scene) => lastNumber(attached(seen, scene)['IPAddress']),
    ['9', '10'],
  ),
  attachment('ipv4_address', () => undefined, wanted('IPv4Address'), ['9', null], 'lifted'),
  attachment(
    'ipv6_address',
    (scene) => `${scene.subnet6}:a`,
    (seen, scene) => lastNumber(attached(seen, scene)['GlobalIPv6Address']),
    ['9', 'a'],
  ),
  attachment('ipv6_address', () => undefined, wanted('IPv6Address'), ['9', null], 'lifted'),
];
