/**
 * Ports for the processes of a cluster. kwokctl would take the highest ones that nobody listens on yet, and two of them at the same
 * time the same ones: here they are chosen at random.
 */
import { randomInt } from 'node:crypto';
import type { JsonObject } from '../../../model/json.ts';
import { isListenedOn } from './ports.ts';

/** As kwokctl calls them among its options. */
const PORTS = [
  'etcdPeerPort',
  'etcdPort',
  'kubeApiserverPort',
  'kubeControllerManagerPort',
  'kubeSchedulerPort',
  'kwokControllerPort',
] as const;

/** Below those that systems give to whoever asks for any. */
const LOWEST = 16_384;
const HIGHEST = 32_767;

export async function choosePorts(): Promise<JsonObject> {
  const chosen = new Set<number>();
  while (chosen.size < PORTS.length) {
    const port = randomInt(LOWEST, HIGHEST + 1);
    if (!chosen.has(port) && !(await isListenedOn(port))) chosen.add(port);
  }
  const ports = [...chosen];
  return Object.fromEntries(PORTS.map((name, index) => [name, ports[index] ?? 0]));
}
