/**
 * The states of an environment and which follows which. The arrows are those of the state machine that the product grew
 * from, and those without which nothing could ever get better or be begun anew.
 *
 *     uninitialized ─▶ provisioning ◀─▶ healthy ◀─▶ degraded ─▶ failed      and from each of these four ─▶ stopped ─▶ terminated
 *
 * What is seen are moments, and between two looks more than one arrow may lie: a machine that goes down takes an
 * environment from healthy to failed, `destroy` one from healthy to terminated. Then the shortest way is recorded, each
 * arrow with the same time and reason, and what nobody saw is marked as passing. So every record is a chain of legal arrows
 * and every state that was seen stands in it. Pure.
 */
import type { EnvironmentState } from '../../model/served.ts';
import type { ServedMemory, StateTransition } from '../../model/served-memory.ts';

/** Of ways of one length, the one whose first arrow stands first is taken. */
export const ARROWS: Readonly<Record<EnvironmentState, readonly EnvironmentState[]>> = {
  uninitialized: ['provisioning'],
  // Back to nothing: a first run that failed and took back what it had made.
  provisioning: ['healthy', 'degraded', 'failed', 'stopped', 'uninitialized'],
  healthy: ['degraded', 'provisioning', 'stopped'],
  degraded: ['healthy', 'failed', 'provisioning', 'stopped'],
  failed: ['provisioning', 'degraded', 'stopped'],
  stopped: ['provisioning', 'terminated'],
  // To uninitialized: what was recorded of it was deleted.
  terminated: ['provisioning', 'uninitialized'],
};

/** How many are remembered of an environment. */
export const MOST_TRANSITIONS = 100;

/** What is remembered after a look, and the arrows that it added. Of the first look there is no arrow to tell. */
export function withSeenState(
  memory: ServedMemory,
  state: EnvironmentState,
  why: { readonly at: string; readonly reason: string },
): { readonly memory: ServedMemory; readonly added: readonly StateTransition[] } {
  if (memory.state === state) return { memory, added: [] };
  const added = memory.state === null ? [] : transitionsBetween(memory.state, state, why);
  const transitions = [...memory.transitions, ...added].slice(-MOST_TRANSITIONS);
  return { memory: { ...memory, state, since: why.at, transitions }, added };
}

/** The arrows from one state to another, in order; none where they are the same. */
export function transitionsBetween(
  from: EnvironmentState,
  to: EnvironmentState,
  { at, reason }: { readonly at: string; readonly reason: string },
): readonly StateTransition[] {
  const way = shortestWay(from, to);
  return way.map((state, index) => {
    return { at, from: way[index - 1] ?? from, to: state, reason, passing: index < way.length - 1 };
  });
}

/** Without `from`; the table leads from everywhere to everywhere, which its tests hold. */
function shortestWay(from: EnvironmentState, to: EnvironmentState): readonly EnvironmentState[] {
  if (from === to) return [];
  const queue: EnvironmentState[][] = ARROWS[from].map((next) => [next]);
  const reached = new Set([from]);
  for (let way = queue.shift(); way !== undefined; way = queue.shift()) {
    const last = way.at(-1) ?? from;
    if (last === to) return way;
    if (reached.has(last)) continue;
    reached.add(last);
    for (const next of ARROWS[last]) queue.push([...way, next]);
  }
  return [to];
}
