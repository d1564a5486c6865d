/** Ports of this machine that a guest is to have, looked at before it is started: Lima would only note in a log that one is taken. */
import { isPortFree } from '../../../files/is-port-free.ts';
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import { portsHeld } from '../reach/forwards.ts';

/** Rejects with `port_in_use`. Of a machine that does not run: what runs holds its own ports. */
export async function assertPortsFree(name: string, template: JsonObject): Promise<void> {
  for (const { host, port, protocol } of portsHeld(template)) {
    if (await isPortFree({ port, protocol, address: host })) continue;
    throw new TrueupError('port_in_use', `port ${port}/${protocol} of ${host} is taken, and ${name} forwards it`, {
      fields: { name, port, protocol },
      next: 'end what listens on that port of the host, or declare another host_port',
    });
  }
}
