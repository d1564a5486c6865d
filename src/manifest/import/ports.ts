/** Published ports in the short form. */
import { type Json, type JsonObject, member, scalarText } from '../../model/json.ts';
import type { Draft } from './draft.ts';
import { objectAt } from './values.ts';

/** `rivals`: who keeps a port that another one publishes too, by its key. */
export function importedPorts(
  configured: JsonObject,
  rivals: ReadonlyMap<string, string>,
  draft: Draft,
): readonly Json[] {
  return Object.entries(objectAt(configured, 'networking', 'ports')).flatMap(([key, port]): Json[] => {
    const [outside, inside] = [member(port, 'host_port'), member(port, 'container_port')];
    const protocol = scalarText(member(port, 'protocol') ?? 'tcp');
    const isNumbered = typeof inside === 'number' && (outside === null || typeof outside === 'number');
    if (!isNumbered || (protocol !== 'tcp' && protocol !== 'udp')) {
      const reason = isNumbered ? `no manifest publishes ${protocol}` : 'the engine chooses it from a range';
      draft.leaveOut(['networking', 'ports', key], reason);
      return [];
    }
    const rival = rivals.get(key);
    if (rival !== undefined) {
      draft.leaveOut(['networking', 'ports', key], `service.${rival} publishes it too`);
      return [];
    }
    return [portText(outside, inside, protocol, member(port, 'host_ip'))];
  });
}

function portText(outside: Json, inside: number, protocol: string, address: Json): Json {
  const host = typeof address !== 'string' ? '' : address.includes(':') ? `[${address}]:` : `${address}:`;
  const behind = protocol === 'tcp' ? '' : `/${protocol}`;
  const published = outside === null ? (host === '' ? '' : `${host}:`) : `${host}${scalarText(outside)}:`;
  return published === '' && behind === '' ? inside : `${published}${inside}${behind}`;
}
