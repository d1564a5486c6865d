/** Dependency cycles: each is named whole, once, at the dependency that closes it. */
import { type Address, keyOf, typeOf } from '../../model/address.ts';
import { compareText } from '../../model/json.ts';
import type { CheckContext } from './context.ts';

export function checkCycles({ entries: services, others, engines, scope }: CheckContext): void {
  const entries = [...services, ...others];
  const edges = new Map<Address, readonly Address[]>();
  for (const entry of entries) {
    // Nobody writes down that what is in a VM needs it.
    const provider = engines[entry.engine]?.inside?.provider;
    const declared = entry.dependencies.running.map(({ address }) => address);
    edges.set(entry.address, provider === undefined ? declared : [...declared, provider]);
  }
  for (const cycle of findCycles(edges)) {
    const closing = cycle.flatMap((from, index) => {
      const to = cycle[(index + 1) % cycle.length];
      const entry = entries.find(({ address }) => address === from);
      const dependency = entry?.declared.find(({ address }) => address === to);
      return entry === undefined || dependency === undefined ? [] : [{ index, entry, dependency }];
    })[0];
    if (closing === undefined) continue;
    const { index, entry, dependency } = closing;
    const isOfServices = cycle.every((address) => typeOf(address) === 'service');
    const circle = [...cycle.slice(index), ...cycle.slice(0, index), entry.address]
      .map((address) => (isOfServices ? keyOf(address) : address))
      .join(' → ');
    const path = [...entry.path, 'dependencies', dependency.segment];
    const detail = 'leave out one of these dependencies';
    scope.reporter.errorAt(
      'field',
      'dependency_cycle',
      path,
      `${isOfServices ? 'services' : 'resources'} depend on each other in a circle: ${circle}`,
      detail,
    );
  }
}

/** One shortest cycle of each group of addresses that reach one another, beginning at the first of its addresses. */
function findCycles(edges: ReadonlyMap<Address, readonly Address[]>): readonly (readonly Address[])[] {
  return stronglyConnected(edges)
    .map((group) => new Set(group))
    .flatMap((group) => {
      const [first] = [...group].sort(compareText);
      const cycle = first === undefined ? null : shortestCycle(first, group, edges);
      return cycle === null ? [] : [cycle];
    })
    .sort((left, right) => compareText(left[0] ?? '', right[0] ?? ''));
}

function shortestCycle(
  start: Address,
  group: ReadonlySet<Address>,
  edges: ReadonlyMap<Address, readonly Address[]>,
): readonly Address[] | null {
  const cameFrom = new Map<Address, Address | null>([[start, null]]);
  const queue: Address[] = [start];
  for (const address of queue) {
    for (const next of edges.get(address) ?? []) {
      if (next === start) return pathTo(address, cameFrom);
      if (!group.has(next) || cameFrom.has(next)) continue;
      cameFrom.set(next, address);
      queue.push(next);
    }
  }
  return null;
}

function pathTo(address: Address, cameFrom: ReadonlyMap<Address, Address | null>): readonly Address[] {
  const path: Address[] = [];
  for (let current: Address | null | undefined = address; current; current = cameFrom.get(current))
    path.unshift(current);
  return path;
}

interface Visit {
  readonly address: Address;
  readonly next: Iterator<Address, undefined>;
}

/** Tarjan's algorithm without recursion: a chain of thousands of services must not exhaust the stack. */
function stronglyConnected(edges: ReadonlyMap<Address, readonly Address[]>): readonly (readonly Address[])[] {
  const groups: Address[][] = [];
  const index = new Map<Address, number>();
  const low = new Map<Address, number>();
  const open: Address[] = [];
  const isOpen = new Set<Address>();

  function enter(address: Address): Visit {
    index.set(address, index.size);
    low.set(address, index.size - 1);
    open.push(address);
    isOpen.add(address);
    return { address, next: (edges.get(address) ?? []).values() };
  }

  function leave(address: Address): void {
    if (low.get(address) !== index.get(address)) return;
    const group = open.splice(open.lastIndexOf(address));
    for (const member of group) isOpen.delete(member);
    groups.push(group);
  }

  function lower(address: Address, bound: number | undefined): void {
    low.set(address, Math.min(low.get(address) ?? 0, bound ?? 0));
  }

  for (const root of edges.keys()) {
    if (index.has(root)) continue;
    const visits = [enter(root)];
    for (let visit = visits.at(-1); visit !== undefined; visit = visits.at(-1)) {
      const { value: next, done } = visit.next.next();
      if (done === true) {
        visits.pop();
        leave(visit.address);
        const parent = visits.at(-1);
        if (parent !== undefined) lower(parent.address, low.get(visit.address));
      } else if (!index.has(next)) visits.push(enter(next));
      else if (isOpen.has(next)) lower(visit.address, index.get(next));
    }
  }
  return groups;
}
