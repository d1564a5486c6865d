/** Names, published ports and joined networks: `networking`, as the world changes it. */
import type { Json } from '../../../../src/model/json.ts';
import type { Scene } from '../../../support/docker/fields/scene.ts';
import { inspected } from '../../../support/docker/world/hand.ts';
import { type Options, withFlag } from '../../../support/docker/world/options.ts';
import {
  type AnyWorldRow,
  type Base,
  done,
  flag,
  found,
  options,
  remade,
  type Stage,
  type ToFind,
  type WorldRow,
} from '../../../support/docker/world/world-row.ts';

/** Published otherwise than `baseOf` says. */
function published(
  field: string,
  how: string,
  ports: (scene: Scene) => readonly string[],
  finds: (scene: Scene) => readonly ToFind[],
): WorldRow {
  return remade(
    { field: `networking.ports.*.${field}`, how, base: 'full', around: ['service.networking.ports'] },
    options((all, scene) => withFlag(all, '--publish', ...ports(scene))),
    finds,
  );
}

function port(container: number, host: number | null, protocol = 'tcp', address: string | null = null): Json {
  return { host_port: host, container_port: container, protocol, host_ip: address };
}

function portFound(key: string, values: readonly [Json, Json], at: readonly string[] = []): ToFind {
  return {
    ...found('service', 'networking.ports', values, { severity: 'error' }),
    names: ['networking', 'ports', ...key.split(' ')],
    at: ['networking', 'ports', ...at],
  };
}

const web = ({ port: first }: Scene): string => `127.0.0.1:${first}/tcp`;
const webPort = ({ port: first }: Scene): Json => port(8080, first, 'tcp', '127.0.0.1');
const WEB = (scene: Scene): string => `127.0.0.1:${scene.port}:8080`;
const DNS = (scene: Scene): string => `${scene.port + 1}:53/udp`;

const PORTS: readonly WorldRow[] = [
  remade(
    { field: 'networking.ports.*.host_port', how: 'set', base: 'bare' },
    options((all, scene) => [...all, ['--publish', `${scene.port}:8080`]]),
    (scene) => [portFound(`${scene.port}/tcp`, [port(8080, scene.port), null])],
  ),
  published(
    'host_port',
    'changed',
    (scene) => [`127.0.0.1:${scene.port + 2}:8080`, DNS(scene)],
    (scene) => [
      portFound(web(scene), [null, webPort(scene)], ['0']),
      portFound(`127.0.0.1:${scene.port + 2}/tcp`, [port(8080, scene.port + 2, 'tcp', '127.0.0.1'), null]),
    ],
  ),
  published(
    'host_port',
    'taken away, so that the engine chooses one',
    (scene) => ['127.0.0.1::8080', DNS(scene)],
    (scene) => [
      portFound('127.0.0.1::8080/tcp', [port(8080, null, 'tcp', '127.0.0.1'), null]),
      portFound(web(scene), [null, webPort(scene)], ['0']),
    ],
  ),
  published(
    'container_port',
    'changed',
    (scene) => [`127.0.0.1:${scene.port}:8081`, DNS(scene)],
    (scene) => [portFound(`${web(scene)} container_port`, [8081, 8080], ['0'])],
  ),
  published(
    'container_port',
    'one more',
    (scene) => [WEB(scene), DNS(scene), `${scene.port + 3}:9000`],
    (scene) => [portFound(`${scene.port + 3}/tcp`, [port(9000, scene.port + 3), null])],
  ),
  published(
    'container_port',
    'taken away',
    (scene) => [WEB(scene)],
    (scene) => [portFound(`${scene.port + 1}/udp`, [null, port(53, scene.port + 1, 'udp')], ['1'])],
  ),
  published(
    'protocol',
    'changed',
    (scene) => [WEB(scene), `${scene.port + 1}:53/tcp`],
    (scene) => [
      portFound(`${scene.port + 1}/tcp`, [port(53, scene.port + 1), null]),
      portFound(`${scene.port + 1}/udp`, [null, port(53, scene.port + 1, 'udp')], ['1']),
    ],
  ),
  published(
    'host_ip',
    'set',
    (scene) => [WEB(scene), `127.0.0.1:${scene.port + 1}:53/udp`],
    (scene) => [
      portFound(`127.0.0.1:${scene.port + 1}/udp`, [port(53, scene.port + 1, 'udp', '127.0.0.1'), null]),
      portFound(`${scene.port + 1}/udp`, [null, port(53, scene.port + 1, 'udp')], ['1']),
    ],
  ),
  published(
    'host_ip',
    'changed',
    (scene) => [`127.0.0.2:${scene.port}:8080`, DNS(scene)],
    (scene) => [
      portFound(web(scene), [null, webPort(scene)], ['0']),
      portFound(`127.0.0.2:${scene.port}/tcp`, [port(8080, scene.port, 'tcp', '127.0.0.2'), null]),
    ],
  ),
  published(
    'host_ip',
    'taken away',
    (scene) => [`${scene.port}:8080`, DNS(scene)],
    (scene) => [
      portFound(web(scene), [null, webPort(scene)], ['0']),
      portFound(`${scene.port}/tcp`, [port(8080, scene.port), null]),
    ],
  ),
];

const ALIASES = 'networking.networks.*.aliases';

/** Joins the scene's network anew, with these options. */
function rejoined(
  field: string,
  how: string,
  joining: (scene: Scene) => Options,
  finds: (scene: Scene) => readonly [Json, Json],
  address: (scene: Scene) => Json | undefined = () => undefined,
): WorldRow {
  const isLess = how === 'set';
  return done(
    {
      field: `networking.networks.*.${field}`,
      how,
      base: 'full',
      around: ['service.networking.networks'],
      ...(isLess
        ? { says: (scene) => ({ service: { [`networking.networks.${scene.network}.${field}`]: address(scene) } }) }
        : {}),
    },
    (stage) => joinAnew(stage, `shop_${stage.scene.network}`, joining(stage.scene)),
    (scene) => [
      {
        ...found('service', '', finds(scene), { severity: 'error' }),
        names: ['networking', 'networks', scene.network, field],
      },
    ],
  );
}

async function joinAnew({ docker, container }: Stage, network: string, joining: Options): Promise<void> {
  const words = joining.flatMap(([name, value]) => [name, value ?? '']);
  await docker('network', 'disconnect', network, container);
  await docker('network', 'connect', ...words, network, container);
}

const own = ({ key }: Scene): Options => [['--alias', key]];
const www: Options = [['--alias', 'www']];
const ip = ({ subnet }: Scene, last = 9): Options => [['--ip', `${subnet}.${last}`]];
const ip6 = ({ subnet6 }: Scene, last = '9'): Options => [['--ip6', `${subnet6}:${last}`]];

/** One more network, or one less. */
function joined(
  how: string,
  base: Base,
  acts: (stage: Stage) => Promise<unknown>,
  names: (scene: Scene) => string,
  values: (scene: Scene) => readonly [Json, Json],
  more: Partial<ToFind> = {},
): WorldRow {
  return done({ field: ALIASES, how, base }, acts, (scene) => [
    {
      ...found('service', '', values(scene), { severity: 'error', ...more }),
      names: ['networking', 'networks', names(scene)],
    },
  ]);
}

function attachment(aliases: readonly string[], ipv4: string | null = null, ipv6: string | null = null): Json {
  return { aliases, ipv4_address: ipv4, ipv6_address: ipv6 };
}

const NETWORKS: readonly WorldRow[] = [
  joined(
    'one network more',
    'bare',
    ({ docker, container, scene }) => docker('network', 'connect', '--alias', scene.key, 'shop_spare', container),
    () => 'spare',
    ({ key }) => [attachment([key]), null],
  ),
  joined(
    'one network more, where it has other names',
    'full',
    ({ docker, container, scene }) =>
      docker('network', 'connect', '--alias', 'api', '--alias', scene.key, 'shop_spare', container),
    () => 'spare',
    ({ key }) => [attachment(['api', key]), null],
  ),
  joined(
    'one network more, where it has not its own name',
    'bare',
    ({ docker, container, scene }) => docker('network', 'connect', `shop_${scene.network}`, container),
    ({ network }) => network,
    () => [attachment([]), null],
    { byHand: 'no_edit' },
  ),
  joined(
    'one network more, that nobody declares',
    'bare',
    async ({ docker, container, scene: { key } }) => {
      await docker('network', 'create', `more-${key}`);
      await docker('network', 'connect', '--alias', key, `more-${key}`, container);
    },
    ({ key }) => `more-${key}`,
    ({ key }) => [attachment([key]), null],
    { byHand: 'undeclared' },
  ),
  {
    ...joined(
      'the only network less',
      'full',
      ({ docker, container, scene }) => docker('network', 'disconnect', `shop_${scene.network}`, container),
      ({ network }) => network,
      ({ key, subnet, subnet6 }) => [null, attachment([key, 'www'], `${subnet}.9`, `${subnet6}:9`)],
    ),
    around: ['service.networking.networks'],
  },
  {
    ...joined(
      'the network that git does not name less',
      'bare',
      ({ docker, container }) => docker('network', 'disconnect', 'shop_default', container),
      () => 'default',
      ({ key }) => [null, attachment([key])],
      { at: [] },
    ),
    around: ['service.networking.networks'],
  },
  done(
    { field: ALIASES, how: 'set where git names no network', base: 'bare', around: ['service.networking.networks'] },
    (stage) => joinAnew(stage, 'shop_default', [...own(stage.scene), ['--alias', 'extra']]),
    ({ key }) => [
      found('service', 'networking.networks.default.aliases', [['extra', key], [key]], { severity: 'error', at: [] }),
    ],
  ),
  rejoined(
    'aliases',
    'set',
    (scene) => [...www, ...own(scene), ...ip(scene), ...ip6(scene)],
    ({ key }) => [[key, 'www'], [key]],
  ),
  rejoined(
    'aliases',
    'changed',
    (scene) => [['--alias', 'other'], ...own(scene), ...ip(scene), ...ip6(scene)],
    ({ key }) => [
      ['other', key],
      [key, 'www'],
    ],
  ),
  rejoined(
    'aliases',
    'taken away',
    (scene) => [...own(scene), ...ip(scene), ...ip6(scene)],
    ({ key }) => [[key], [key, 'www']],
  ),
  rejoined(
    'ipv4_address',
    'set',
    (scene) => [...www, ...own(scene), ...ip(scene, 77), ...ip6(scene)],
    ({ subnet }) => [`${subnet}.77`, null],
  ),
  rejoined(
    'ipv4_address',
    'changed',
    (scene) => [...www, ...own(scene), ...ip(scene, 77), ...ip6(scene)],
    ({ subnet }) => [`${subnet}.77`, `${subnet}.9`],
  ),
  rejoined(
    'ipv4_address',
    'taken away',
    (scene) => [...www, ...own(scene), ...ip6(scene)],
    ({ subnet }) => [null, `${subnet}.9`],
  ),
  rejoined(
    'ipv6_address',
    'set',
    (scene) => [...www, ...own(scene), ...ip(scene), ...ip6(scene, '77')],
    ({ subnet6 }) => [`${subnet6}:77`, null],
  ),
  rejoined(
    'ipv6_address',
    'changed',
    (scene) => [...www, ...own(scene), ...ip(scene), ...ip6(scene, '77')],
    ({ subnet6 }) => [`${subnet6}:77`, `${subnet6}:9`],
  ),
  rejoined(
    'ipv6_address',
    'taken away',
    (scene) => [...www, ...own(scene), ...ip(scene)],
    ({ subnet6 }) => [null, `${subnet6}:9`],
  ),
];

export const NETWORKING_ROWS: readonly AnyWorldRow[] = [
  remade({ field: 'networking.hostname', how: 'set', base: 'bare' }, flag('--hostname', 'other'), (_, told) => [
    found('service', 'networking.hostname', ['other', told]),
  ]),
  remade({ field: 'networking.hostname', how: 'changed', base: 'full' }, flag('--hostname', 'other'), ({ key }) => [
    found('service', 'networking.hostname', ['other', key]),
  ]),
  remade({ field: 'networking.hostname', how: 'taken away', base: 'full' }, flag('--hostname'), ({ key }, told) => [
    found('service', 'networking.hostname', [told, key]),
  ]),
  ...PORTS,
  ...NETWORKS,
].map((row) => (row.field === 'networking.hostname' ? { ...row, acts: shortId } : row));

/** What the engine takes for a host name where none is given. */
async function shortId({ docker, container }: Stage): Promise<string> {
  return String((await inspected(docker, 'container', container))['Id']).slice(0, 12);
}
