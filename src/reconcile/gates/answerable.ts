/** What a run answers for in the end: what it touches, and what rests on that, however many steps away. Pure. */
import type { Address } from '../../model/address.ts';
import type { DesiredResource } from '../../model/desired.ts';
import type { Plan } from '../../model/plan.ts';

export function answerableFor(
  { changes, steps }: Pick<Plan, 'changes' | 'steps'>,
  resources: ReadonlyMap<Address, DesiredResource>,
): ReadonlySet<Address> {
  const found = new Set<Address>([...changes, ...steps].map(({ address }) => address));
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const { address, dependencies, uses } of resources.values()) {
      if (dependencies.some((dependency) => found.has(dependency.address)) || uses.some((used) => found.has(used)))
        found.add(address);
    }
  }
  return found;
}
