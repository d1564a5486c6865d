/** What a host of which facts are known cannot honour, at the line of the field. */
import { type FieldPath, fieldPath } from '../../model/field-path.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, member, memberAt } from '../../model/json.ts';
import type { Unsupported } from '../driver.ts';
import type { LibvirtFacts } from './facts.ts';
import { forwardAt, forwardTo } from './reach/forwards.ts';
import { type Forward, isLoopback } from './reach/place.ts';
import { portOf } from './reach/ssh.ts';
import { membersOf, refuse } from './refuse.ts';

export function hostRefusals(config: JsonObject, facts: LibvirtFacts): readonly Unsupported[] {
  const arch = config['arch'] ?? null;
  const known = Object.keys(facts.emulators);
  const isSerial = member(config['ready'] ?? null, 'serial') !== null;
  const local: readonly string[] = ['kernel', 'initrd', 'mounts'].filter((name) => isSet(config[name] ?? null));
  return [
    ...(typeof arch === 'string' && !known.includes(arch)
      ? [
          refuse(
            fieldPath('arch'),
            `the host cannot run ${arch}`,
            `it can run ${known.join(', ')}: is qemu-system for it installed?`,
          ),
        ]
      : []),
    ...(isSerial && facts.pool_path === null
      ? [
          refuse(
            fieldPath('ready', 'serial'),
            `nothing can be read of the console`,
            `the storage pool "${facts.pool}" is no folder`,
          ),
        ]
      : []),
    ...(facts.is_local
      ? []
      : local.map((name) =>
          refuse(fieldPath(name), `${name} would have to be on the other host`, 'put it into the image'),
        )),
    ...(facts.is_local ? [] : outOfReach(config)),
  ];
}

function isSet(value: Json): boolean {
  return value !== null && !(isJsonObject(value) && Object.keys(value).length === 0);
}

/** Ports that the other host keeps to itself: whoever listens on them here is not the guest. */
function outOfReach(config: JsonObject): readonly Unsupported[] {
  const ready = config['ready'] ?? null;
  const ports = member(ready, 'ports');
  const endpoints = memberAt(config, 'health_check', 'endpoints');
  const ways: readonly (readonly [FieldPath, Forward | null])[] = [
    ...(member(ready, 'ssh') === null ? [] : [[fieldPath('ready', 'ssh'), forwardTo(config, portOf(config))] as const]),
    ...(isJsonArray(ports) ? ports : []).map(
      (port) => [fieldPath('ready', 'ports'), forwardTo(config, Number(port))] as const,
    ),
    ...Object.entries(membersOf(endpoints)).map(
      ([key, endpoint]) =>
        [fieldPath('health_check', 'endpoints', key), endpointForward(config, member(endpoint, 'url'))] as const,
    ),
  ];
  return ways.flatMap(([path, forward]) => {
    if (forward === null || !isLoopback(forward.listens)) return [];
    const detail = `have it listen where it is reached from here: host_ip: 0.0.0.0 in port_forwards`;
    return [refuse(path, `port ${forward.port} listens on the other host alone`, detail)];
  });
}

/** An endpoint on the loopback address is the machine itself, by a port that leads into it. */
function endpointForward(config: JsonObject, url: Json): Forward | null {
  if (typeof url !== 'string' || !URL.canParse(url)) return null;
  const { hostname, port } = new URL(url);
  return isLoopback(hostname) ? (forwardAt(config, Number(port)) ?? forwardTo(config, Number(port))) : null;
}
