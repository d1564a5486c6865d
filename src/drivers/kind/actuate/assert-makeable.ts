/** What a cluster takes of its host, looked at while the one that it replaces still runs: kind would find out half-way. */
import { hostname } from 'node:os';
import type { JsonObject } from '../../../model/json.ts';
import type { Changing } from './changing.ts';
import { assertPortsFree } from './ports.ts';

/** `own` are clusters that give what they hold back before it is needed. What it mounts was looked for when it was declared. */
export async function assertMakeable(changing: Changing, config: JsonObject, own: readonly string[]): Promise<void> {
  await assertPortsFree(changing, config, { own, isHere: await isOnThisMachine(changing) });
}

/** An engine in a VM, or behind a tunnel, has other ports than this machine, and another name. */
async function isOnThisMachine({ docker, context }: Changing): Promise<boolean> {
  const name = await docker.must(['info', '--format', '{{.Name}}'], context.signal);
  return name.toString('utf8').trim() === hostname();
}
