/** A graph of steps under construction. Steps come out in one canonical order in which each follows what it needs. */
import type { Address } from '../../model/address.ts';
import type { ChangedObject } from '../../model/change.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Step, StepDependency, StepPhase } from '../../model/plan.ts';

interface StepDraft {
  readonly address: Address;
  readonly engine: string;
  readonly name: string;
  readonly phase: StepPhase;
  readonly verb: string;
  readonly args: JsonObject;
  readonly cause: string;
  /** The resource whose change asks for this step: another one where a step reaches into a neighbour. */
  readonly changed: Address;
  /** What goes beside the resource that the address stands for: nobody waits for it as for the resource itself. */
  readonly leftover: boolean;
}

export interface StepNode extends StepDraft {
  readonly id: string;
  /** Id of the step to wait for → what must have become of it. */
  readonly needs: Map<string, StepDependency['when']>;
}

export class StepGraph {
  readonly #nodes = new Map<string, StepNode>();
  readonly #byAddress = new Map<Address, StepNode[]>();
  /** Id of a step → ids of those that wait for it. */
  readonly #waiting = new Map<string, Set<string>>();

  add(draft: StepDraft): string {
    const id = this.#freeId(`${draft.address}:${draft.verb}`);
    const node: StepNode = { ...draft, id, needs: new Map() };
    this.#nodes.set(id, node);
    const siblings = this.#byAddress.get(draft.address);
    if (siblings === undefined) this.#byAddress.set(draft.address, [node]);
    else siblings.push(node);
    return id;
  }

  /** `step` waits for `needed`. Between the same two, whatever is said outranks `ended`. */
  order(needed: string, step: string, when: StepDependency['when'] = 'done'): void {
    if (needed === step) return;
    const needs = this.#nodes.get(step)?.needs;
    if (when !== 'ended' || needs?.has(needed) === false) needs?.set(needed, when);
    const waiting = this.#waiting.get(needed);
    if (waiting === undefined) this.#waiting.set(needed, new Set([step]));
    else waiting.add(step);
  }

  /** The step itself, and all that wait for it, directly or through others: none of them can be waited for by it. */
  waitingFor(step: string): ReadonlySet<string> {
    const reached = new Set([step]);
    for (const id of reached) for (const waiting of this.#waiting.get(id) ?? []) reached.add(waiting);
    return reached;
  }

  /** Whether a step waits for another, directly or through others. One end is often near: it is looked for from both. */
  needs(step: string, other: string): boolean {
    if (step === other) return true;
    const [above, below] = [new Set([step]), new Set([other])];
    const [upwards, downwards] = [above.values(), below.values()];
    for (;;) {
      const [up, down] = [upwards.next(), downwards.next()];
      if (up.done === true || down.done === true) return false;
      for (const id of this.#nodes.get(up.value)?.needs.keys() ?? []) above.add(id);
      for (const id of this.#waiting.get(down.value) ?? []) below.add(id);
      if (above.has(other) || below.has(step)) return true;
    }
  }

  /** The steps of a resource in the given phases, in the order in which they were added. */
  steps(address: Address, phases: readonly StepPhase[]): readonly string[] {
    return this.nodes(address)
      .filter((node) => phases.includes(node.phase))
      .map((node) => node.id);
  }

  /** The same in all phases, with all that is known of them. */
  nodes(address: Address): readonly StepNode[] {
    return (this.#byAddress.get(address) ?? []).filter((node) => !node.leftover);
  }

  /** The steps of one object, which may be what is left over of a resource on its engine or on another. */
  stepsOn({ address, engine, name }: ChangedObject, phases: readonly StepPhase[]): readonly string[] {
    const there = (this.#byAddress.get(address) ?? []).filter((node) => node.engine === engine);
    const leftover = there.filter((node) => node.leftover && node.name === name);
    return (leftover.length > 0 ? leftover : there.filter((node) => !node.leftover))
      .filter((node) => phases.includes(node.phase))
      .map((node) => node.id);
  }

  /** All steps of an address on an engine, what is left over included. */
  stepsAt(address: Address, engine: string, phases: readonly StepPhase[]): readonly string[] {
    return (this.#byAddress.get(address) ?? [])
      .filter((node) => node.engine === engine && phases.includes(node.phase))
      .map((node) => node.id);
  }

  /** All steps in the given phases. */
  inPhases(phases: readonly StepPhase[]): readonly StepNode[] {
    return [...this.#nodes.values()].filter((node) => phases.includes(node.phase));
  }

  /** The last step that a change of this very address asked for itself, so that several follow one another. */
  lastOwnStep(address: Address): string | null {
    const own = (this.#byAddress.get(address) ?? []).filter(
      (node) => node.changed === address && node.phase !== 'gate',
    );
    return own.at(-1)?.id ?? null;
  }

  /** Neighbours that are started again by the change of another resource, by that resource. */
  restartedNeighbours(): ReadonlyMap<Address, readonly Address[]> {
    const starts = [...this.#nodes.values()].filter((node) => node.phase === 'start' && node.changed !== node.address);
    const groups = Map.groupBy(starts, (node) => node.changed);
    return new Map([...groups].map(([changed, nodes]) => [changed, [...new Set(nodes.map((node) => node.address))]]));
  }

  addresses(): readonly Address[] {
    return [...this.#byAddress.keys()];
  }

  /** All steps, each after what it needs; ties keep the order in which they were added. Throws on a cycle: a defect. */
  build(): readonly Step[] {
    const dependents = new Map<string, string[]>();
    const open = new Map<string, number>();
    for (const node of this.#nodes.values()) {
      open.set(node.id, node.needs.size);
      for (const needed of node.needs.keys()) {
        const known = dependents.get(needed);
        if (known === undefined) dependents.set(needed, [node.id]);
        else known.push(node.id);
      }
    }
    const ready = [...this.#nodes.keys()].filter((id) => open.get(id) === 0);
    const ordered: Step[] = [];
    for (const id of ready) {
      const node = this.#nodes.get(id);
      if (node !== undefined) ordered.push(stepOf(node));
      for (const dependent of dependents.get(id) ?? []) {
        const left = (open.get(dependent) ?? 0) - 1;
        open.set(dependent, left);
        if (left === 0) ready.push(dependent);
      }
    }
    if (ordered.length < this.#nodes.size) {
      const stuck = [...this.#nodes.keys()].filter((id) => (open.get(id) ?? 0) > 0);
      throw new Error(`steps wait for each other: ${stuck.join(', ')}`);
    }
    return ordered;
  }

  #freeId(wanted: string): string {
    let id = wanted;
    for (let counter = 2; this.#nodes.has(id); counter += 1) id = `${wanted}:${counter}`;
    return id;
  }
}

function stepOf(node: StepNode): Step {
  const dependsOn = [...node.needs].map(([step, when]) => ({ step, when }));
  return {
    id: node.id,
    address: node.address,
    changed: node.changed,
    engine: node.engine,
    name: node.name,
    phase: node.phase,
    verb: node.verb,
    args: node.args,
    cause: node.cause,
    depends_on: dependsOn.sort((left, right) => (left.step < right.step ? -1 : 1)),
  };
}
