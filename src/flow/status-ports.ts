/** The ports of a resource as status shows them: `8080:80/tcp`. */
import type { DesiredResource } from '../model/desired.ts';
import { isJsonArray, isJsonObject, type Json, member, scalarText } from '../model/json.ts';
import type { ObservedStatus } from '../model/observed.ts';

/** What is really published, where the resource runs and its engine knows; else what is declared. */
export function portsOf(resource: DesiredResource, status: ObservedStatus | null): readonly string[] {
  const published = status?.run_state === 'running' ? member(status.details, 'ports') : null;
  if (isJsonObject(published)) return Object.entries(published).flatMap(([port, hosts]) => publishedTexts(port, hosts));
  const { networking = null, port_forwards: forwards = null, port_mappings: mappings = null } = resource.config;
  return [member(networking, 'ports'), forwards, mappings].flatMap((declared) =>
    isJsonObject(declared) ? Object.values(declared).map(portText) : [],
  );
}

/** `hosts` are addresses of the host. One for all of them is not worth telling. */
function publishedTexts(port: string, hosts: Json): readonly string[] {
  if (!isJsonArray(hosts)) return [];
  return [...new Set(hosts.map((host) => `${scalarText(host).replace(/^(0\.0\.0\.0|\[::\]):/, '')}:${port}`))];
}

function portText(port: Json): string {
  const host = member(port, 'host_port');
  const container = member(port, 'container_port') ?? member(port, 'guest_port') ?? member(port, 'node_port');
  const isSame = host === null || host === container;
  const numbers = isSame ? scalarText(container ?? host) : `${scalarText(host)}:${scalarText(container)}`;
  return `${numbers}/${scalarText(member(port, 'protocol') ?? 'tcp')}`;
}
