/** Facts of a container for people: what it was made from, where it is reached, and how its last health checks ended. */
import type { Json, JsonObject } from '../../../model/json.ts';
import type { ContainerInspect } from '../api/wire.ts';

const SHORT_ID = 12;

export function detailsOf(container: ContainerInspect): JsonObject {
  const { State: state, Config: config } = container;
  return {
    container_id: container.Id.slice(0, SHORT_ID),
    image: config.Image ?? null,
    image_id: container.Image,
    pid: state.Pid === 0 ? null : state.Pid,
    ports: portsOf(container),
    addresses: addressesOf(container),
    ...(state.OOMKilled ? { oom_killed: true } : {}),
    ...healthOf(container),
  };
}

/** As they are published now, those that the engine chose included: addresses of the host by port of the container. */
function portsOf({ NetworkSettings: { Ports: ports } }: ContainerInspect): Json {
  const published = Object.entries(ports ?? {}).filter(([, bindings]) => bindings !== null && bindings.length > 0);
  return Object.fromEntries(
    published.map(([port, bindings]) => [
      port,
      (bindings ?? []).map(({ HostIp: host = '', HostPort: hostPort = '' }) => hostPortText(host, hostPort)),
    ]),
  );
}

function hostPortText(host: string, port: string): string {
  if (host === '') return port;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** By physical name of the network. */
function addressesOf({ NetworkSettings: { Networks: networks } }: ContainerInspect): Json {
  const attached = Object.entries(networks ?? {});
  return Object.fromEntries(
    attached.flatMap(([name, { IPAddress: ipv4 = '', GlobalIPv6Address: ipv6 = '' }]) => {
      const addresses = [ipv4, ipv6].filter((address) => address !== '');
      return addresses.length === 0 ? [] : [[name, addresses]];
    }),
  );
}

/** The output is whole, so that a secret in it is still recognised where it is masked. */
function healthOf({ State: { Health: health } }: ContainerInspect): JsonObject {
  const checks = health?.Log ?? [];
  const last = checks.at(-1);
  if (health === undefined || health === null || last === undefined) return {};
  return {
    health_check: {
      failing_streak: health.FailingStreak ?? 0,
      exit_code: last.ExitCode,
      at: last.End,
      output: last.Output,
    },
  };
}
