/**
 * What runs goes on until a volume that it lacks is made: the engine refuses to make it where what runs still has the old one open,
 * and nothing is stopped then. Asked last of all orders, since a volume that waits for the stop is not made under what runs.
 */
import type { LocatedObject } from '../../diff/world.ts';
import { typeOf } from '../../model/address.ts';
import { usesOf } from './relations.ts';
import type { StepGraph } from './step-graph.ts';

export function orderRestarts(graph: StepGraph, objects: readonly LocatedObject[]): void {
  for (const { address, engine, object } of objects) {
    const stopping = graph.stepsOn({ address, engine, name: object.name }, ['stop']);
    if (stopping.length === 0) continue;
    const volumes = usesOf(object.configured).filter((used) => typeOf(used) === 'volume');
    const made = volumes.flatMap((volume) => graph.stepsAt(volume, engine, ['prepare']));
    for (const stop of stopping) orderAfter(graph, stop, made);
  }
}

function orderAfter(graph: StepGraph, stop: string, made: readonly string[]): void {
  for (const step of made) if (!graph.needs(step, stop)) graph.order(step, stop);
}
