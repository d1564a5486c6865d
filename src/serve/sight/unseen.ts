/**
 * What a look leaves open where an engine did not answer. Of what runs there nobody knows anything new: its environment is in
 * the state that it was in, and drift that was found there is neither over nor found again. Pure.
 */
import type { Address } from '../../model/address.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';
import type { Plan } from '../../model/plan.ts';

/** Names of engines that did not answer. */
export function silentEngines({ inputs }: Pick<Plan, 'inputs'>): ReadonlySet<string> {
  return new Set(inputs.engines.filter(({ status }) => status === 'unreachable').map(({ name }) => name));
}

/** What is known of drift after a look: what it found, and what was known of resources that it could not see. */
export function driftKnown(
  found: ReadonlySet<Address>,
  before: ReadonlySet<Address>,
  { resources }: Pick<DesiredEnvironment, 'resources'>,
  silent: ReadonlySet<string>,
): ReadonlySet<Address> {
  const unseen = [...before].filter((address) => silent.has(resources.get(address)?.engine ?? ''));
  return unseen.length === 0 ? found : new Set([...found, ...unseen]);
}
