/** Ways to what others have on the same engine: names, images, labels, and more of it than is fair. */
import { adds, DIGEST, type Escape, HARMLESS, IMAGE, MARK as X, MANIFEST, otherwise, says } from './escape.ts';

function runs(name: string, image: string): Escape {
  return says(name, ...HARMLESS.slice(0, 4), `      image: ${image} ${X}`);
}

function limits(name: string, values: string): Escape {
  return says(
    name,
    'services:',
    '  web:',
    `    container: { image: "${IMAGE}" }`,
    `    resource_limits: ${values} ${X}`,
  );
}

function labels(name: string, label: string): Escape {
  return adds(name, `    labels: { ${label} } ${X}`);
}

function files(count: number, text: (n: number) => string): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`environments/demo/z${n}.yaml`, text(n)]));
}

const OTHER = ['    resource_limits: { cpu_limit: 2, memory_limit: 2GiB }', `    container: { image: "${IMAGE}" }`];

export const ENGINE: readonly Escape[] = [
  runs('an image by its tag', 'postgres:17'),
  runs('an image that another project has built', 'shop-api:latest'),
  runs('an image by its id', DIGEST),
  runs('an image by a part of its id', '0123456789ab'),
  runs('an image that trueup keeps for somebody', 'trueup.invalid/shop/api:last-healthy'),
  runs('an image that trueup keeps, with a digest', `trueup.invalid/shop/api@${DIGEST}`),
  runs('an image of a registry on this machine', `localhost:5000/shop/api@${DIGEST}`),
  runs('an image of a registry on this machine without port', `localhost/shop/api@${DIGEST}`),
  runs('a registry that is a service of the network', `169.254.169.254/x@${DIGEST}`),
  runs('a registry of somebody', `registry.example.com/x@${DIGEST}`),
  runs('a registry whose name begins like another', `docker.io.example.com/x@${DIGEST}`),
  runs('a digest of another kind', 'busybox@md5:0123456789abcdef0123456789abcdef'),
  runs('a digest that is too short', 'busybox@sha256:0123'),
  runs('text behind the digest', `"busybox@${DIGEST} "`),
  runs('a line behind the digest', String.raw`"busybox@${DIGEST}\n"`),
  runs('an image that a variable makes', `"\${image:-postgres:17}"`),
  runs('no image', '""'),
  adds('an image that is never pulled', `      pull_policy: never ${X}`),
  adds('the user root', `      user: root ${X}`),
  adds('the user 0', `      user: 0 ${X}`),
  adds('the user 0 in another way', `      user: "00:1" ${X}`),
  adds('the group 0', `      user: "1000:0" ${X}`),
  adds('a start at every start of the engine', `      restart: always ${X}`),
  adds('restarts without end', `      restart: "on-failure:999999999" ${X}`),
  adds('a stop that takes a year', `      stop_grace_period: 8760h ${X}`),
  adds('a machine that has to be emulated', `      platform: linux/s390x ${X}`),
  adds('the name of another container', `    name: shop-db-1 ${X}`),
  adds('the name of another container as Compose has it', `    container_name: shop-db-1 ${X}`),
  adds('the project of somebody else', `project: shop ${X}`),
  otherwise(adds('the name of another environment', `name: shop ${X}`), { codes: ['invalid_name'] }),
  otherwise(labels('a label of trueup', 'dev.trueup.owner: "1"'), { codes: ['not_allowed', 'invalid_name'] }),
  labels('a label of Compose', 'com.docker.compose.project: shop'),
  labels('a route of a proxy', 'traefik.enable: "true"'),
  labels('a route of another proxy', 'caddy: shop.example.com'),
  labels('a command of a scheduler', 'ofelia.job-local.x.command: id'),
  labels('a command before an update', '"com.centurylinklabs.watchtower.lifecycle.pre-update": id'),
  adds('a route of a proxy in a list', `    labels: ["traefik.enable=true"] ${X}`),
  adds('a label on a volume', 'volumes:', `  data: { labels: { docker-volume-backup.exec-pre: id } } ${X}`),
  adds('a label on a network', 'networks:', `  x: { labels: { traefik.docker.network: "1" } } ${X}`),
  adds('a label that a template hides', 'variables: { v: x }', `networks: { x: { labels: ["traefik.\${v}=1"] } } ${X}`),
  adds('a host name for a proxy', `    environment_variables: { VIRTUAL_HOST: shop.example.com } ${X}`),
  adds('a host name for a proxy, for all services', `environment_variables: [LETSENCRYPT_HOST=shop.example.com] ${X}`),
  says('no limits', 'services:', `  web: ${X}`, `    container: { image: "${IMAGE}" }`, '    resource_limits: {}'),
  says('no word of limits', 'services:', `  web: ${X}`, `    container: { image: "${IMAGE}" }`),
  limits('all memory', '{ cpu_limit: 1, memory_limit: 1TiB }'),
  limits('more memory than there can be', '{ cpu_limit: 1, memory_limit: 99999999999999999999g }'),
  limits('memory without end', '{ cpu_limit: 1, memory_limit: .inf }'),
  limits('no memory', '{ cpu_limit: 1, memory_limit: 0 }'),
  limits('all processors', '{ cpu_limit: 1000, memory_limit: 64MiB }'),
  limits('processors without end', '{ cpu_limit: .inf, memory_limit: 64MiB }'),
  limits('processors that are no number', '{ cpu_limit: .nan, memory_limit: 64MiB }'),
  limits('processors of which none is no limit', '{ cpu_limit: "0", memory_limit: 64MiB }'),
  limits('processors that round to none', '{ cpu_limit: 0.0000000001, memory_limit: 64MiB }'),
  limits('no memory that is kept for it', '{ cpu_limit: 1, memory_limit: 64MiB, memory_reservation: "0" }'),
  limits('memory by a variable', `{ cpu_limit: 1, memory_limit: "\${m:-512GiB}" }`),
  limits('memory that is kept for it', '{ cpu_limit: 1, memory_limit: 64MiB, memory_reservation: 512GiB }'),
  limits('limits that a later version has', '{ cpu_limit: 1, memory_limit: 64MiB, pids_limit: -1 }'),
  says(
    'a little memory too much, in five services',
    'services:',
    ...[1, 2, 3, 4].flatMap((n) => [`  s${n}:`, ...OTHER]),
    '  s5:',
    `    resource_limits: { cpu_limit: 0.5, memory_limit: 2GiB } ${X}`,
    OTHER[1] ?? '',
  ),
  says(
    'more services than it may have',
    `services: ${X}`,
    ...Array.from({ length: 21 }, (_, n) => [
      `  s${n}:`,
      '    resource_limits: { cpu_limit: 0.1, memory_limit: 8MiB }',
      OTHER[1] ?? '',
    ]).flat(),
  ),
  adds('more volumes than it may have', `volumes: ${X}`, ...Array.from({ length: 21 }, (_, n) => `  v${n}: {}`)),
  adds('more networks than it may have', `networks: ${X}`, ...Array.from({ length: 11 }, (_, n) => `  n${n}: {}`)),
  adds('more variables than it may have', `variables: ${X}`, ...Array.from({ length: 101 }, (_, n) => `  v${n}: x`)),
  {
    name: 'more environments than it may have',
    files: Object.fromEntries(
      Array.from({ length: 11 }, (_, n) => [`environments/e${n}/main.yaml`, `${HARMLESS.join('\n')}\n`]),
    ),
    codes: ['not_allowed'],
  },
  {
    name: 'more files than it may have',
    files: {
      [MANIFEST]: `${HARMLESS.join('\n')}\n`,
      ...files(60, (n) => `volumes: { v${n}: {} }\n`),
    },
    codes: ['not_allowed', 'invalid_path'],
  },
  {
    name: 'manifests that are too large together',
    files: {
      [MANIFEST]: `${HARMLESS.join('\n')}\n`,
      ...files(6, () => `#${'x'.repeat(110_000)}\n`),
    },
    codes: ['invalid_path'],
  },
  {
    name: 'a manifest that is no YAML at any of its characters',
    files: { [MANIFEST]: '\t- : : :\n'.repeat(4000) },
    codes: ['invalid_path', 'invalid_yaml'],
  },
  {
    name: 'two manifests that declare the same a thousand times',
    files: Object.fromEntries(
      ['a', 'b'].map((name) => [
        `environments/demo/${name}.yaml`,
        Array.from({ length: 5000 }, (_, n) => `k${n}: x\n`).join(''),
      ]),
    ),
    codes: ['invalid_path', 'not_allowed', 'duplicate_key'],
  },
  {
    name: 'a manifest that is too large',
    files: { [MANIFEST]: `${HARMLESS.join('\n')}\n${'#'.repeat(1_100_000)}\n` },
    codes: ['invalid_path'],
  },
];
