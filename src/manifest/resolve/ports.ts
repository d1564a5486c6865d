/** Ports: short forms, ranges and the long form as one form, each under its key. */
import { isIP } from 'node:net';
import type { Port } from '../../model/generated/environment.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ManifestPath } from '../layers.ts';
import { itemsOf } from '../prune.ts';
import type { Reporter } from '../reporter.ts';
import { failed, type Parsed, parsed } from './parsed.ts';

export interface ResolvedPort extends JsonObject {
  readonly host_port: number | null;
  readonly container_port: number;
  readonly protocol: 'tcp' | 'udp';
  readonly host_ip: string | null;
}

const SHORT = /^(?:(?:(\[[0-9a-fA-F:.]+\]|[0-9.]+):)?(\d+(?:-\d+)?)?:)?(\d+(?:-\d+)?)(?:\/(tcp|udp))?$/;

/** `<host_port>/<protocol>`, with `<host_ip>:` in front where one is given; `:<container_port>/<protocol>` without host port. */
export function portKey(port: ResolvedPort): string {
  const { host_ip: ip, host_port: hostPort } = port;
  const address = ip === null ? '' : ip.includes(':') ? `[${ip}]:` : `${ip}:`;
  return hostPort === null
    ? `${address}:${port.container_port}/${port.protocol}`
    : `${address}${hostPort}/${port.protocol}`;
}

/** What one item declares; a range declares several. A process has one port where a container has two. */
export function parsePort(item: Port, isProcess: boolean): Parsed<readonly ResolvedPort[]> {
  if (typeof item === 'object') {
    const {
      container_port: inside = isProcess ? item.host_port : undefined,
      protocol = 'tcp',
      host_ip: ip = null,
    } = item;
    const outside = item.host_port ?? (isProcess ? item.container_port : undefined) ?? null;
    if (inside === undefined) return failed(isProcess ? '"host_port" is missing' : '"container_port" is missing');
    if (ip !== null && isIP(ip) === 0) return failed(`"${ip}" is no IP address`);
    return parsed([{ host_port: outside, container_port: inside, protocol, host_ip: ip }]);
  }
  const match = SHORT.exec(String(item).trim());
  if (match === null) return failed(`"${item}" is no port`);
  const [, address, hostText, containerText = '', protocolText] = match;
  const ip = address?.replace(/^\[|\]$/g, '') ?? null;
  if (ip !== null && isIP(ip) === 0) return failed(`"${ip}" is no IP address`);
  const inside = parseRange(containerText);
  const outside = hostText === undefined ? (isProcess ? inside : null) : parseRange(hostText);
  if (inside === null || (hostText !== undefined && outside === null))
    return failed(`"${item}" is no port: ports are 1 to 65535`);
  if (outside !== null && outside.length !== inside.length) return failed(`the ranges of "${item}" differ in length`);
  const protocol = protocolText === 'udp' ? 'udp' : 'tcp';
  return parsed(
    inside.map((port, index) => ({ host_port: outside?.[index] ?? null, container_port: port, protocol, host_ip: ip })),
  );
}

/** By key. What is published twice by one service is a conflict already. */
export function resolvePorts(
  items: readonly Port[],
  isProcess: boolean,
  path: ManifestPath,
  reporter: Reporter,
): Readonly<Record<string, ResolvedPort>> {
  const resolved: Record<string, ResolvedPort> = {};
  for (const [index, item] of itemsOf(items)) {
    const itemPath = [...path, String(index)];
    const { value: ports, problem } = parsePort(item, isProcess);
    if (problem !== null) {
      reporter.error('invalid_value', itemPath, problem, 'write such as 8080, "8080:80" or "127.0.0.1:8080:80/udp"');
      continue;
    }
    for (const port of ports) {
      const key = portKey(port);
      if (Object.hasOwn(resolved, key)) {
        reporter.error('port_conflict', itemPath, `port ${key} is published twice by this service`);
      } else resolved[key] = port;
    }
  }
  return resolved;
}

function parseRange(text: string): readonly number[] | null {
  const [first = 0, last = first] = text.split('-').map(Number);
  if (first < 1 || last > 65_535 || last < first) return null;
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
