/** Ports of this machine that a guest is to have, looked at before it is started: Lima would only note in a log that one is taken. */
import { isPortFree } from '../../../files/is-port-free.ts';
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import { pauseFor } from '../../wait.ts';
import { type HeldPort, portsHeld } from '../reach/forwards.ts';

/** Rejects with `port_in_use`. Of a machine that does not run: what runs holds its own ports. */
export async function assertPortsFree(name: string, template: JsonObject): Promise<void> {
  const taken = await takenOf(template);
  if (taken === null) return;
  const { host, port, protocol } = taken;
  throw new TrueupError('port_in_use', `port ${port}/${protocol} of ${host} is taken, and ${name} forwards it`, {
    fields: { name, port, protocol },
    next: 'end what listens on that port of the host, or declare another host_port',
  });
}

const LETTING_GO_MS = 5000;
const ASKING_MS = 100;

/**
 * Of one that was switched off: its ssh is not told so, and lets go of them only once it notices. Waits for that, and no longer where
 * somebody else has one.
 */
export async function portsLetGo(template: JsonObject, signal: AbortSignal): Promise<void> {
  const until = Date.now() + LETTING_GO_MS;
  while ((await takenOf(template)) !== null && Date.now() < until) await pauseFor(ASKING_MS, signal);
}

async function takenOf(template: JsonObject): Promise<HeldPort | null> {
  for (const held of portsHeld(template)) {
    const { host: address, port, protocol } = held;
    if (!(await isPortFree({ port, protocol, address }))) return held;
  }
  return null;
}
