/**
 * Where a port of a container can be reached from here, the best first. From an engine inside of a VM these are places as the
 * VM sees them.
 */
import type { PortBinding } from '../api/wire.ts';
import type { Endpoint } from '../connection/endpoint.ts';
import type { Place } from './place.ts';

export interface Route {
  readonly host: string;
  readonly port: number;
}

/**
 * `port` is one of the host where the container publishes it, else the container's own: that is what `localhost:8080`
 * means to whoever writes it into a manifest.
 */
export function routesTo(container: Place, port: number, endpoint: Endpoint): readonly Route[] {
  const published = Object.entries(container.ports).flatMap(([inside, bindings]) =>
    inside.endsWith('/tcp')
      ? (bindings ?? []).map((binding) => ({ inside: Number.parseInt(inside, 10), binding }))
      : [],
  );
  const outside = published.filter(({ binding }) => binding.HostPort === String(port));
  const meant = outside.length > 0 ? outside : published.filter(({ inside }) => inside === port);
  if (meant.length > 0) return distinct(meant.flatMap(({ binding }) => hostRoute(binding, endpoint)));
  if (container.networkMode === 'host') return hostRoute({ HostPort: String(port) }, endpoint);
  if (endpoint.kind !== 'unix' || process.platform !== 'linux') return [];
  return ownAddresses(container).map((host) => ({ host, port }));
}

const EVERYWHERE: ReadonlySet<string> = new Set(['', '0.0.0.0', '::']);

function hostRoute({ HostIp: address = '', HostPort: port = '' }: PortBinding, endpoint: Endpoint): readonly Route[] {
  const number = Number(port);
  if (endpoint.kind === 'tcp' || endpoint.kind === 'ssh') {
    const isLoopback = address.startsWith('127.') || address === '::1';
    return isLoopback ? [] : [{ host: EVERYWHERE.has(address) ? endpoint.host : address, port: number }];
  }
  if (address === '::') return [{ host: '::1', port: number }];
  return [{ host: EVERYWHERE.has(address) ? '127.0.0.1' : address, port: number }];
}

function ownAddresses({ networks }: Place): readonly string[] {
  return Object.values(networks)
    .flatMap(({ IPAddress: ipv4 = '', GlobalIPv6Address: ipv6 = '' }) => [ipv4, ipv6])
    .filter((address) => address !== '');
}

function distinct(routes: readonly Route[]): readonly Route[] {
  return [...new Map(routes.map((route) => [`${route.host} ${route.port}`, route])).values()];
}
