/** Names change hands in order: what takes one over waits until its holder has given it up. */
import { givenUpName } from '../../model/given-up-name.ts';
import type { Change } from '../../model/change.ts';
import type { PlannedWorld } from './planned-world.ts';
import type { StepGraph } from './step-graph.ts';

/** The first that a holder prepares is to give its name up, which waits for nobody, so that two may also swap theirs. */
export function orderNames(graph: StepGraph, changes: readonly Change[], planned: PlannedWorld): void {
  const releases = new Map<string, string>();
  for (const change of changes) {
    const name = givenUpName(change, planned.contextOf(change));
    const [release] = name === null ? [] : graph.steps(change.address, ['prepare']);
    if (name !== null && release !== undefined) releases.set(`${change.engine} ${name}`, release);
  }
  if (releases.size === 0) return;
  const own = new Set(releases.values());
  for (const { type, engine, name, address } of changes) {
    const release = type === 'service' ? releases.get(`${engine} ${name}`) : undefined;
    if (release === undefined) continue;
    for (const step of graph.steps(address, ['prepare', 'alter', 'start', 'settle'])) {
      if (!own.has(step)) graph.order(release, step);
    }
  }
}
