/** A start that failed for a host port: which port it is, and who holds it. */
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { ContainerInspect, ContainerSummary } from '../api/wire.ts';
import { ownershipFrom } from '../labels.ts';
import { nameOf } from './containers.ts';
import { localHolder } from './local-ports.ts';
import { wordsOf } from './refusals.ts';
import type { VerbContext } from './verb.ts';

/** `Bind for 0.0.0.0:8080 failed`, `listen tcp4 0.0.0.0:8080: bind`, `failed to bind host port 0.0.0.0:8080/tcp`. */
const TAKEN =
  /(?:Bind for|listen (?<listens>tcp|udp)[46]?|bind host port(?: for)?) (?:\S*?):(?<port>\d+)(?:\/(?<protocol>tcp|udp))?\b.*(?:port is already allocated|address already in use)/;

/** `null` where the engine says nothing of a port. */
export async function portFailure(
  error: TrueupError,
  found: ContainerInspect,
  verb: VerbContext,
): Promise<TrueupError | null> {
  const groups = TAKEN.exec(wordsOf(error))?.groups;
  if (groups === undefined) return null;
  const port = Number(groups['port']);
  const protocol = groups['protocol'] ?? groups['listens'] ?? 'tcp';
  const holder = await holderOf(port, protocol, found, verb);
  const message = `cannot start ${nameOf(found)}: the host port ${port}/${protocol} is held by ${holder.text}`;
  return new TrueupError('port_in_use', message, {
    cause: error,
    fields: { name: nameOf(found), port, protocol, ...holder.fields },
    next: holder.next,
  });
}

interface Holder {
  readonly text: string;
  readonly fields: JsonObject;
  readonly next: string;
}

async function holderOf(
  port: number,
  protocol: string,
  found: ContainerInspect,
  { api, signal }: VerbContext,
): Promise<Holder> {
  const containers = await api.containers(signal).catch((): readonly ContainerSummary[] => []);
  const container = containers.find(
    ({ Id: id, Ports: ports }) =>
      id !== found.Id && (ports ?? []).some(({ PublicPort, Type }) => PublicPort === port && Type === protocol),
  );
  if (container !== undefined) return containerHolder(container);
  const process = isLocal(api.endpoint) ? await localHolder(port, protocol) : null;
  if (process !== null) {
    const text = `the process ${process.pid} (${process.command})`;
    return { text, fields: { holder: { ...process } }, next: 'stop it, or publish another host port' };
  }
  const where = isLocal(api.endpoint) ? 'this machine' : 'the machine of the engine';
  const next = `look for it on ${where} (\`ss -lp\`), or publish another host port`;
  return { text: `a process of ${where}`, fields: {}, next };
}

function containerHolder({ Names: names, Labels: labels }: ContainerSummary): Holder {
  const name = nameOf({ Name: names[0] ?? '' });
  const ownership = ownershipFrom(labels);
  const whose = ownership === null ? '' : ` (${ownership.environment}/${ownership.address})`;
  const holder = ownership === null ? { container: name } : { container: name, ...ownership };
  const next =
    ownership === null
      ? `stop ${name}, or publish another host port`
      : `stop ${ownership.environment}/${ownership.address}, or publish another host port`;
  return { text: `the container ${name}${whose}`, fields: { holder }, next };
}

function isLocal(endpoint: string): boolean {
  return endpoint.startsWith('unix:');
}
