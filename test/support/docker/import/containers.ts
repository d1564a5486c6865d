/**
 * Containers as people make them: every option of `docker run` that the schema covers, in use at least once. Each has a name,
 * the words behind `docker run --detach --name NAME`, and whatever else they say of it.
 */

export interface HandMade {
  readonly name: string;
  readonly words: readonly string[];
  /** `docker create` in place of `docker run`. */
  readonly isNeverStarted?: boolean;
  /** Networks that it joins afterwards, with the options of that. */
  readonly joins?: readonly (readonly string[])[];
}

const SLEEP = ['busybox:1', 'sleep', '100000'];
const QUICK = '--stop-signal=SIGKILL';

function made(name: string, ...options: readonly string[]): HandMade {
  return { name, words: [QUICK, ...options, ...SLEEP] };
}

/** `folder` holds the file `settings.conf`. */
export function handMade(folder: string, hasStartInterval: boolean): readonly HandMade[] {
  return [
    made('plain'),
    { name: 'signal', words: ['--stop-signal=SIGUSR1', 'busybox:1', 'sleep', '100000'] },
    made('grace', '--stop-timeout=3'),
    made('user', '--user=1000:1000'),
    made('workdir', '--workdir=/var/tmp'),
    made('hostname', '--hostname=known.example'),
    { name: 'entry', words: [QUICK, '--entrypoint=sh', 'busybox:1', '-c', 'echo "$HOME ${X}"; sleep 100000'] },
    made('init', '--init'),
    made('restart-always', '--restart=always'),
    made('restart-unless', '--restart=unless-stopped'),
    made('restart-failure', '--restart=on-failure:3'),
    made(
      'variables',
      '--env=PLAIN=yes',
      '--env=DOLLAR=a$b${c}',
      '--env=NUMBER=007',
      '--env=EMPTY=',
      '--env=LINES=a\nb',
    ),
    made('secretive', '--env=DB_PASSWORD=hunter$2two', '--env=API_TOKEN=tok en', '--env=URL=amqp://u:p@mq:5672/'),
    made('odd-variable', '--env=1ST=one', '--env=WITH SPACE=two'),
    made('labels', '--label=team=core', '--label=empty=', '--label=com.example/path=a=b'),
    made('port', '--publish=28080:80'),
    made('port-any', '--publish=81'),
    made('port-local', '--publish=127.0.0.1:28081:81/udp', '--publish=127.0.0.1::82'),
    made('port-range', '--publish=28090-28092:90-92'),
    made('volume', '--volume=files:/files'),
    made('volume-ro', '--volume=files:/files:ro'),
    made('volume-nameless', '--volume=/scratch'),
    made('volume-mount', '--mount=type=volume,source=more,target=/more'),
    made('bind', `--volume=${folder}:/settings`),
    made('bind-file', `--volume=${folder}/settings.conf:/etc/settings.conf:ro`),
    made('bind-mount', `--mount=type=bind,source=${folder},target=/settings,readonly`),
    made('tmpfs', '--tmpfs=/tmp'),
    made('tmpfs-size', '--tmpfs=/tmp:size=16m,mode=1770'),
    made('tmpfs-mount', '--mount=type=tmpfs,target=/tmp,tmpfs-size=1048576,tmpfs-mode=1770'),
    made('cpus', '--cpus=0.5'),
    made('cpu-quota', '--cpu-period=100000', '--cpu-quota=25000'),
    made('cpu-shares', '--cpu-shares=512'),
    made('memory', '--memory=64m'),
    made('memory-reservation', '--memory=64m', '--memory-reservation=32m'),
    made(
      'healthy',
      '--health-cmd=true',
      '--health-interval=5s',
      '--health-timeout=2s',
      '--health-retries=4',
      '--health-start-period=1s',
    ),
    made('health-interval', '--health-cmd=true', '--health-interval=7s'),
    ...(hasStartInterval
      ? [made('health-start', '--health-cmd=true', '--health-start-period=9s', '--health-start-interval=2s')]
      : []),
    made('network', '--network=lab', '--network-alias=known'),
    { ...made('networks', '--network=lab'), joins: [['--alias=second', 'fixed']] },
    made('address', '--network=fixed', '--ip=10.94.0.77'),
    made('network-host', '--network=host'),
    made('network-none', '--network=none'),
    { name: 'of-image', words: ['furnished:1'] },
    {
      name: 'over-image',
      words: [
        '--env=COLOUR=red',
        '--user=0',
        '--workdir=/',
        '--no-healthcheck',
        '--label=of=me',
        'furnished:1',
        'sleep',
        '99999',
      ],
    },
    { ...made('never-started'), isNeverStarted: true },
    { name: 'ended', words: ['busybox:1', 'true'] },
    made('Upper.Case_9'),
    made('web_1'),
    made('service.x'),
  ];
}

/** A stack with the labels that Compose writes. */
export function composeStack(): readonly HandMade[] {
  const of = (service: string, number = 1, dependsOn = ''): readonly string[] => [
    '--label=com.docker.compose.project=shop',
    `--label=com.docker.compose.service=${service}`,
    `--label=com.docker.compose.container-number=${number}`,
    '--label=com.docker.compose.oneoff=False',
    `--label=com.docker.compose.depends_on=${dependsOn}`,
    '--label=com.docker.compose.config-hash=0000',
  ];
  const inDefault = (service: string, number = 1): readonly string[] => [
    '--network=shop_default',
    `--network-alias=${service}`,
    `--network-alias=shop-${service}-${number}`,
  ];
  return [
    made('shop-db-1', ...of('db'), ...inDefault('db'), '--volume=shop_data:/data', '--env=POSTGRES_PASSWORD=s3cret'),
    {
      ...made(
        'shop-web-1',
        ...of('web', 1, 'db:service_started:false'),
        ...inDefault('web'),
        '--env=DATABASE_URL=postgres://db:5432/x',
      ),
      joins: [['--alias=web', 'shop_back']],
    },
    made('shop-web-2', ...of('web', 2, 'db:service_started:false'), ...inDefault('web', 2), '--env=CACHE_HOST=cache'),
    made('shop-cache-1', ...of('cache'), ...inDefault('cache')),
  ];
}
