/**
 * What somebody types to have a container anew: read from an inspect of the old one, so that whoever makes another changes
 * what is meant to be changed and nothing else. Only what the docker command line can say is said.
 */
import { at, type Inspected, isRecord } from '../fields/row.ts';
import type { Option, Options } from './options.ts';

/** A network to join, by its name on the engine, with the options of `docker network connect`. */
export interface Joined {
  readonly network: string;
  readonly options: Options;
}

export interface ContainerArguments {
  readonly options: Options;
  readonly networks: readonly Joined[];
  readonly image: string;
  readonly command: readonly string[];
}

/** `image` is what the container was made from: what is the image's is not said. */
export function containerArguments(container: Inspected, image: Inspected): ContainerArguments {
  const [config, ofImage] = [record(container['Config']), record(image['Config'])];
  const host = record(container['HostConfig']);
  const entrypoint = same(config['Entrypoint'], ofImage['Entrypoint']) ? null : texts(config['Entrypoint']);
  // An entrypoint of one's own leaves nothing of the image's command.
  const isImages = entrypoint === null && same(config['Cmd'], ofImage['Cmd']);
  if (entrypoint !== null && entrypoint.length > 1) throw new Error('the command line takes an entrypoint of one word');
  return {
    options: [
      ['--name', String(container['Name']).replace(/^\//, '')],
      ...labelled(config['Labels'])
        .filter((label) => !labelled(ofImage['Labels']).includes(label))
        .map((label): Option => ['--label', label]),
      ...texts(config['Env'])
        .filter((variable) => !texts(ofImage['Env']).includes(variable))
        .map((variable): Option => ['--env', variable]),
      ...(entrypoint === null ? [] : said('--entrypoint', entrypoint[0] ?? '')),
      ...said('--user', config['User']),
      ...said('--workdir', config['WorkingDir']),
      ...(config['Hostname'] === String(container['Id']).slice(0, 12) ? [] : said('--hostname', config['Hostname'])),
      ...said('--stop-signal', config['StopSignal']),
      ...said('--stop-timeout', config['StopTimeout']),
      ...(same(config['Healthcheck'], ofImage['Healthcheck']) ? [] : healthOptions(record(config['Healthcheck']))),
      ...restartOption(record(host['RestartPolicy'])),
      ...(host['Init'] === true ? [['--init', null] as const] : []),
      ...limitOptions(host),
      ...portOptions(record(host['PortBindings'])),
      ...mountOptions(host),
    ],
    networks: Object.entries(record(at(container, 'NetworkSettings.Networks'))).map(([network, endpoint]) => ({
      network,
      options: joinOptions(record(endpoint)),
    })),
    image: String(config['Image']),
    command: isImages ? [] : texts(config['Cmd']),
  };
}

function healthOptions(check: Inspected): Options {
  const [kind = 'NONE', command = ''] = texts(check['Test']);
  if (kind === 'NONE') return [['--no-healthcheck', null]];
  if (kind !== 'CMD-SHELL') throw new Error('the command line makes health checks of shell commands alone');
  const time = (flag: string, value: unknown): Options =>
    typeof value === 'number' && value > 0 ? [[flag, `${value / 1e6}ms`]] : [];
  return [
    ['--health-cmd', command],
    ...time('--health-interval', check['Interval']),
    ...time('--health-timeout', check['Timeout']),
    ...time('--health-start-period', check['StartPeriod']),
    ...time('--health-start-interval', check['StartInterval']),
    ...said('--health-retries', check['Retries']),
  ];
}

function restartOption({ Name: name, MaximumRetryCount: attempts }: Inspected): Options {
  if (typeof name !== 'string' || name === '') return [];
  return [['--restart', typeof attempts === 'number' && attempts > 0 ? `${name}:${attempts}` : name]];
}

function limitOptions(host: Inspected): Options {
  const cpus = typeof host['NanoCpus'] === 'number' ? host['NanoCpus'] / 1e9 : 0;
  return [
    ...said('--cpus', cpus),
    ...said('--cpu-shares', host['CpuShares']),
    ...said('--memory', host['Memory']),
    ...said('--memory-swap', host['MemorySwap']),
    ...said('--memory-reservation', host['MemoryReservation']),
  ];
}

function portOptions(bindings: Inspected): Options {
  return Object.entries(bindings).flatMap(([inside, places]) =>
    list(places).map((place): Option => {
      const { HostIp: address = '', HostPort: port = '' } = record(place);
      const outside = [address, port].filter((part) => part !== '').map((part) => `${String(part)}:`);
      return ['--publish', `${outside.join('')}${inside}`];
    }),
  );
}

function mountOptions(host: Inspected): Options {
  const specs = list(host['Mounts']).map(record);
  return [
    ...specs.map(({ Type: type, Source: source, Target: target, ReadOnly: isReadOnly }): Option => {
      const from = typeof source === 'string' && source !== '' ? `,source=${source}` : '';
      return [
        '--mount',
        `target=${String(target)},type=${String(type)}${from}${isReadOnly === true ? ',readonly' : ''}`,
      ];
    }),
    ...Object.entries(record(host['Tmpfs'])).map(
      ([path, settings]): Option => ['--tmpfs', `${path}:${String(settings)}`],
    ),
  ];
}

/** Without the name that the engine itself gives. */
function joinOptions({ Aliases: aliases, IPAMConfig: wanted }: Inspected): Options {
  const { IPv4Address: ip, IPv6Address: ip6 } = record(wanted);
  return [
    ...texts(aliases)
      .filter((alias) => !/^[0-9a-f]{12}$/.test(alias))
      .map((alias): Option => ['--alias', alias]),
    ...said('--ip', ip),
    ...said('--ip6', ip6),
  ];
}

/** What is unset, empty or zero is not said. */
function said(flag: string, value: unknown): Options {
  if (typeof value === 'number') return value === 0 ? [] : [[flag, String(value)]];
  return typeof value === 'string' && value !== '' ? [[flag, value]] : [];
}

function same(left: unknown, right: unknown): boolean {
  return JSON.stringify(left ?? null) === JSON.stringify(right ?? null);
}

function record(value: unknown): Inspected {
  return isRecord(value) ? value : {};
}

function labelled(labels: unknown): readonly string[] {
  return Object.entries(record(labels)).map(([name, value]) => `${name}=${String(value)}`);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function texts(value: unknown): readonly string[] {
  return list(value).map(String);
}
