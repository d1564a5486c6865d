/**
 * The order between a VM and what runs inside of it. Whatever is done on an engine that the plan brings up waits until the engine
 * was looked at; what is taken down in a VM that goes is taken down before the VM.
 */
import type { Address } from '../../model/address.ts';
import type { Change } from '../../model/change.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';
import { compareText } from '../../model/json.ts';
import type { Step, StepPhase } from '../../model/plan.ts';
import type { StepGraph, StepNode } from './step-graph.ts';

/** Waits for the engine inside of a VM, and has what is there planned anew. It changes nothing, as no gate does. */
const LOOK_INSIDE = 'look_inside';

export function isLook({ phase, verb }: Pick<Step, 'phase' | 'verb'>): boolean {
  return phase === 'gate' && verb === LOOK_INSIDE;
}

export interface InsideStepsInput {
  readonly environment: DesiredEnvironment;
  /** Engines that are planned anew once they answer, with the VMs that they are in. */
  readonly later: ReadonlyMap<string, Address>;
}

const EVERY: readonly StepPhase[] = [
  'prepare',
  'stop',
  'alter',
  'start',
  'gate',
  'settle',
  'remove',
  'discard',
  'recover',
];
const TAKING_DOWN: readonly StepPhase[] = ['stop', 'remove'];

export function orderInside(graph: StepGraph, changes: readonly Change[], input: InsideStepsInput): void {
  const looks = [...input.later]
    .toSorted(([left], [right]) => compareText(left, right))
    .map(([engine, provider]) => addLook(graph, engine, provider, input));
  for (const look of looks) holdTogether(graph, changes, look);
  orderRemovals(graph, input);
}

function addLook(graph: StepGraph, engine: string, provider: Address, { environment }: InsideStepsInput): string {
  const brought = graph.steps(provider, EVERY);
  const inside = graph.inPhases(EVERY).filter((node) => node.engine === engine);
  const look = graph.add({
    address: provider,
    engine,
    name: environment.resources.get(provider)?.name ?? '',
    phase: 'gate',
    verb: LOOK_INSIDE,
    args: { engine },
    cause: 'what runs inside is planned anew then',
    changed: provider,
    leftover: false,
  });
  for (const step of brought) graph.order(step, look);
  for (const { id } of inside) orderAfter(graph, look, id);
  return look;
}

/** No change is begun before a look and ended after it, but where somebody has to let go of what the look waits for. */
function holdTogether(graph: StepGraph, changes: readonly Change[], look: string): void {
  for (let reached = 0; ; ) {
    const waiting = graph.waitingFor(look);
    if (waiting.size === reached) return;
    reached = waiting.size;
    for (const change of changes) {
      const own = graph.nodes(change.address).filter((node) => isOf(node, change));
      if (!own.some(({ id }) => waiting.has(id))) continue;
      for (const { id } of own) orderAfter(graph, look, id);
    }
  }
}

function isOf({ changed, engine, verb }: StepNode, change: Change): boolean {
  return changed === change.address && engine === change.engine && verb !== LOOK_INSIDE;
}

/** Removal goes inside out. */
function orderRemovals(graph: StepGraph, { environment, later }: InsideStepsInput): void {
  for (const { name, inside } of Object.values(environment.engines)) {
    if (inside === undefined || later.has(name)) continue;
    const taken = graph.stepsAt(inside.provider, inside.engine.name, TAKING_DOWN);
    for (const node of taken.length === 0 ? [] : graph.inPhases(EVERY)) {
      if (node.engine !== name) continue;
      for (const step of taken) orderAfter(graph, node.id, step);
    }
  }
}

function orderAfter(graph: StepGraph, needed: string, step: string): void {
  if (!graph.needs(needed, step)) graph.order(needed, step);
}
