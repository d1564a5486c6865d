/** Host ports that the environments of a repo declare already, as far as their manifests can be read. */
import { loadDesired } from '../../flow/load.ts';
import type { Workspace } from '../../flow/workspace.ts';
import { isJsonObject, member, memberAt } from '../../model/json.ts';

export async function declaredPorts(workspace: Workspace, signal: AbortSignal): Promise<ReadonlySet<number>> {
  const { environments } = await loadDesired(workspace, { variables: {}, profiles: [], secrets: 'leave' }, signal);
  const ports = environments
    .flatMap((environment) => [...environment.resources.values()])
    .flatMap(({ config }) => {
      const published = memberAt(config, 'networking', 'ports');
      return isJsonObject(published) ? Object.values(published).map((port) => member(port, 'host_port')) : [];
    });
  return new Set(ports.filter((port) => typeof port === 'number'));
}
