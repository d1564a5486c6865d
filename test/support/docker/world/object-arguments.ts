/** What somebody types to have a volume or a network anew: read from an inspect of the old one, as of containers. */
import { at, type Inspected, isRecord } from '../fields/row.ts';
import type { Option, Options } from './options.ts';

/** Options of `docker volume create`, and the name. */
export interface ObjectArguments {
  readonly name: string;
  readonly options: Options;
}

export function volumeArguments(volume: Inspected): ObjectArguments {
  return {
    name: String(volume['Name']),
    options: [['--driver', String(volume['Driver'])], ...pairs('--opt', volume['Options']), ...labels(volume)],
  };
}

/** Options of `docker network create`. */
export function networkArguments(network: Inspected): ObjectArguments {
  const pools = at(network, 'IPAM.Config');
  return {
    name: String(network['Name']),
    options: [
      ['--driver', String(network['Driver'])],
      ...(network['Internal'] === true ? [['--internal', null] as const] : []),
      ...(network['Attachable'] === true ? [['--attachable', null] as const] : []),
      ...(network['EnableIPv6'] === true ? [['--ipv6', null] as const] : []),
      ...(Array.isArray(pools) ? pools.filter(isRecord).flatMap(poolOptions) : []),
      ...pairs('--opt', network['Options']).filter(([, option]) => !/\.enable_ipv[46]=/.test(option ?? '')),
      ...labels(network),
    ],
  };
}

function poolOptions({ Subnet: subnet, Gateway: gateway, IPRange: range }: Inspected): Options {
  return [
    ...said('--subnet', subnet),
    // Some engines say a gateway with the length of its subnet.
    ...said('--gateway', typeof gateway === 'string' ? gateway.split('/')[0] : undefined),
    ...said('--ip-range', range),
  ];
}

function labels(object: Inspected): Options {
  return pairs('--label', object['Labels']);
}

function pairs(flag: string, map: unknown): Options {
  return Object.entries(isRecord(map) ? map : {}).map(([name, value]): Option => [flag, `${name}=${String(value)}`]);
}

function said(flag: string, value: unknown): Options {
  return typeof value === 'string' && value !== '' ? [[flag, value]] : [];
}
