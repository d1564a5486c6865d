/** Names, published ports and joined networks: `networking`. */
import { fieldPath } from '../../../../src/model/field-path.ts';
import type { Json } from '../../../../src/model/json.ts';
import { type AnyRow, at, isRecord, replaces, type Row, type Seen } from '../../../support/docker/fields/row.ts';
import type { Scene } from '../../../support/docker/fields/scene.ts';

const bindings = ({ container }: Seen): unknown => at(container, 'HostConfig.PortBindings');

function published(scene: Scene): Readonly<Record<string, unknown>> {
  return {
    '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: `${scene.port}` }],
    '53/udp': [{ HostIp: '', HostPort: `${scene.port + 1}` }],
  };
}

/** Ports differ by scene, so that what the engine shows is compared with what the scene asks for. */
function port(
  field: string,
  edit: (scene: Scene) => readonly string[],
  differs: (scene: Scene) => readonly string[],
  after: (scene: Scene) => Readonly<Record<string, unknown>>,
): Row {
  return {
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
  value: (scene: Scene) => Json,
  shown: Row['shown'],
  values: readonly [unknown, unknown],
): Row {
  return {
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
  port(
    'host_port',
    (scene) => [`127.0.0.1:${scene.port}:8080`, `${scene.port + 1}:53/udp`, `${scene.port + 2}:8081`],
    (scene) => [fieldPath('networking', 'ports', `${scene.port + 2}/tcp`)],
    (scene) => ({ ...published(scene), '8081/tcp': [{ HostIp: '', HostPort: `${scene.port + 2}` }] }),
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
  attachment(
    'aliases',
    () => ['www', 'api'],
    (seen, scene) => {
      const { Aliases: aliases } = attached(seen, scene);
      // Engines of 20.10 add the short id.
      const named = Array.isArray(aliases) ? aliases.map(String) : [];
      const own = [scene.key, `shop-${scene.key}-1`];
      return named.filter((alias) => !own.includes(alias) && !/^[0-9a-f]{12}$/.test(alias)).sort();
    },
    [['www'], ['api', 'www']],
  ),
  attachment(
    'ipv4_address',
    (scene) => `${scene.subnet}.10`,
    (seen, scene) => lastNumber(attached(seen, scene)['IPAddress']),
    ['9', '10'],
  ),
  attachment(
    'ipv6_address',
    (scene) => `${scene.subnet6}:a`,
    (seen, scene) => lastNumber(attached(seen, scene)['GlobalIPv6Address']),
    ['9', 'a'],
  ),
];
