/** What somebody set of a container, from its inspect: without ids, times, and what engines and trueup add by themselves. */
import { isRecord, type Inspected } from '../fields/row.ts';

const HOST_FIELDS = ['CpuShares', 'Memory', 'MemoryReservation', 'MemorySwap', 'RestartPolicy'] as const;

export function configurationOf(inspect: Inspected, key: string): Inspected {
  const [config, host] = [record(inspect['Config']), record(inspect['HostConfig'])];
  const id = String(inspect['Id']).slice(0, 12);
  const name = String(inspect['Name']).slice(1);
  const isOwnHostname = config['Hostname'] === id;
  const added = new Set([id, name, key, String(config['Hostname'])]);
  return {
    name,
    image: inspect['Image'],
    entrypoint: config['Entrypoint'] ?? null,
    command: config['Cmd'] ?? null,
    user: config['User'],
    workdir: config['WorkingDir'] === '' ? '/' : config['WorkingDir'],
    hostname: isOwnHostname ? null : config['Hostname'],
    env: list(config['Env']).map(String).toSorted(),
    labels: Object.fromEntries(
      Object.entries(record(config['Labels'])).filter(
        ([label]) => !/^(dev\.trueup|com\.docker\.compose)\./.test(label),
      ),
    ),
    health: healthOf(record(config['Healthcheck'])),
    stop: [config['StopSignal'] ?? 'SIGTERM', config['StopTimeout'] ?? 10],
    init: host['Init'] === true,
    cpus: cpusOf(host),
    ports: portsOf(record(host['PortBindings'])),
    host: Object.fromEntries(HOST_FIELDS.map((field) => [field, host[field] ?? null])),
    mounts: list(inspect['Mounts'])
      .map(record)
      .filter(({ Type }) => Type !== 'tmpfs')
      .map(({ Type, Name, Source, Destination, RW }) => [Destination, Type, Type === 'volume' ? Name : Source, RW])
      .toSorted((left, right) => String(left[0]).localeCompare(String(right[0]))),
    tmpfs: tmpfsOf(host),
    networks: Object.fromEntries(
      Object.entries(record(record(inspect['NetworkSettings'])['Networks'])).map(([network, endpoint]) => [
        network,
        {
          aliases: list(record(endpoint)['Aliases'])
            .map(String)
            .filter((alias) => !added.has(alias) && !/^[0-9a-f]{12}$/.test(alias))
            .toSorted(),
          ipv4: record(record(endpoint)['IPAMConfig'])['IPv4Address'] ?? null,
        },
      ]),
    ),
  };
}

/** Nothing is the engine's own choice. */
function healthOf({ Test, Interval, Timeout, Retries, StartPeriod, StartInterval }: Inspected): unknown {
  const test = list(Test);
  if (test.length === 0 || test[0] === 'NONE') return test[0] ?? null;
  return [test, Interval || 30e9, Timeout || 30e9, Retries || 3, StartPeriod || 0, StartInterval || 0];
}

/** An engine says in two ways that it is to choose one. */
function portsOf(bindings: Inspected): unknown {
  return Object.fromEntries(
    Object.entries(bindings).map(([port, places]) => [
      port,
      list(places)
        .map(record)
        .map(({ HostIp = '', HostPort }) => `${String(HostIp)}:${HostPort === '0' ? '' : String(HostPort)}`)
        .toSorted(),
    ]),
  );
}

function cpusOf({ NanoCpus, CpuQuota, CpuPeriod }: Inspected): number {
  return Number(NanoCpus) > 0 ? Number(NanoCpus) / 1e9 : Number(CpuQuota) / (Number(CpuPeriod) || 100_000);
}

function tmpfsOf(host: Inspected): unknown {
  const asked = Object.entries(record(host['Tmpfs'])).map(([path, options]) => [path, sizeAndMode(String(options))]);
  const mounted = list(host['Mounts'])
    .map(record)
    .filter(({ Type }) => Type === 'tmpfs')
    .map(({ Target, TmpfsOptions }) => {
      const { SizeBytes = null, Mode } = record(TmpfsOptions);
      return [Target, [SizeBytes, typeof Mode === 'number' ? Mode.toString(8) : null]];
    });
  return Object.fromEntries([...asked, ...mounted]);
}

function sizeAndMode(options: string): readonly unknown[] {
  const size = /size=(\d+)(m?)/.exec(options);
  const bytes = size === null ? null : Number(size[1]) * (size[2] === 'm' ? 1024 * 1024 : 1);
  return [bytes, /mode=(\d+)/.exec(options)?.[1] ?? null];
}

function record(value: unknown): Inspected {
  return isRecord(value) ? value : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
