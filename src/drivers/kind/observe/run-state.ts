/** What state the node containers of a cluster make together. Pure. */
import type { ObservedRunState } from '../../../model/observed.ts';
import type { NodeSight } from './nodes.ts';

export function runStateOf(nodes: readonly NodeSight[]): ObservedRunState {
  const running = nodes.filter(({ state }) => state === 'running').length;
  if (running === nodes.length) return 'running';
  if (nodes.every(({ state }) => state === 'paused')) return 'paused';
  return running === 0 && nodes.every(({ state }) => state !== 'paused') ? 'stopped' : 'dead';
}
