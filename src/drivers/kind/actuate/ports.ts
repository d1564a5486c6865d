/** Ports of the host that a cluster is to have, looked at before anything is made: kind would find out half-way. */
import { isPortFree } from '../../../files/is-port-free.ts';
import { TrueupError } from '../../../model/failure.ts';
import { isJsonObject, type JsonObject, member, scalarText } from '../../../model/json.ts';
import { CLUSTER_LABEL } from '../names.ts';
import type { Changing } from './changing.ts';

/** `own` are clusters that give theirs back before they are needed; `isHere` where the host is this machine. Rejects with `port_in_use`, and names who holds it. */
export async function assertPortsFree(
  { docker, context }: Changing,
  config: JsonObject,
  { own, isHere }: { readonly own: readonly string[]; readonly isHere: boolean },
): Promise<void> {
  const mappings = config['port_mappings'] ?? null;
  for (const mapping of Object.values(isJsonObject(mappings) ? mappings : {})) {
    const [port = '', protocol = ''] = ['host_port', 'protocol'].map((field) => scalarText(member(mapping, field)));
    const filter = `publish=${port}/${protocol}`;
    const format = `{{.Names}}\t{{.Label "${CLUSTER_LABEL}"}}`;
    const listed = await docker.must(['ps', '--filter', filter, '--format', format], context.signal);
    const holders = listed
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('\t'));
    const holder = holders.find(([, cluster = '']) => !own.includes(cluster));
    if (holder !== undefined) throw heldBy(Number(port), holder);
    const address = member(mapping, 'host_ip');
    const asked = { port: Number(port), protocol, address: typeof address === 'string' ? address : null };
    // What our own nodes hold, they give back.
    if (isHere && holders.length === 0 && !(await isPortFree(asked))) throw heldBy(Number(port), []);
  }
}

function heldBy(port: number, [name = '', cluster = '']: readonly string[]): TrueupError {
  const container = name === '' ? 'a program of this machine' : `container ${name}`;
  const who = cluster === '' ? container : `cluster ${cluster}`;
  return new TrueupError('port_in_use', `port ${port} of the host is held by ${who}`, {
    fields: { port, ...(name === '' ? {} : { container: name }) },
    next: 'stop it, or declare another host_port in port_mappings',
  });
}
