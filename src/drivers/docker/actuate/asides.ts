/** What was set aside, known by its name and owner alone, so that whoever comes next knows it too. */
import type { Address } from '../../../model/address.ts';
import { asideName, nameBeforeAside } from '../../../model/aside.ts';
import type { ContainerInspect, ContainerSummary } from '../api/wire.ts';
import { restartPolicy } from '../fields/lifecycle.ts';
import { ownershipFrom } from '../labels.ts';
import { bringTo, giveName } from './alter.ts';
import { nameOf } from './containers.ts';
import { isOurs, isOwn } from './ownership.ts';
import type { VerbContext } from './verb.ts';

/** All that is ours and was set aside from under this name or under the address of the step, the first one first. */
export async function asidesOf(verb: VerbContext, name: string): Promise<readonly ContainerSummary[]> {
  const { api, context, signal, step } = verb;
  const found = (await api.containers(signal)).filter((one) => {
    const before = nameBeforeAside(summaryName(one));
    const isMeant = before === name || ownershipFrom(one.Labels)?.address === step.address;
    return before !== null && summaryName(one) !== name && isMeant && isOurs(one.Labels, context);
  });
  return found.toSorted((left, right) => (summaryName(left) < summaryName(right) ? -1 : 1));
}

/** Gives it a name that says what it is, and takes its restart policy: from here on every crash leaves it known. */
export async function mark(verb: VerbContext, found: ContainerInspect, successor: string): Promise<void> {
  if (nameBeforeAside(nameOf(found)) === null) {
    await giveName(verb, found, asideName(successor, verb.context.run));
  }
  await giveRestartPolicy(verb, found, 'no');
}

/** Where the engine can change it: else it keeps the one it was made with. */
export async function giveRestartPolicy(
  verb: VerbContext,
  found: ContainerInspect,
  restart: string | null,
): Promise<void> {
  const facts = await verb.api.facts(verb.signal);
  if (facts.updates_restart) await bringTo(verb, found, { RestartPolicy: restartPolicy(restart) });
}

/** Whether it carries one of these addresses, as ours. */
export function isOfAny(found: ContainerInspect, addresses: readonly Address[], { context }: VerbContext): boolean {
  return addresses.some((address) => isOwn(found.Config.Labels, address, context));
}

function summaryName({ Names: names }: ContainerSummary): string {
  return nameOf({ Name: names.find((name) => name.lastIndexOf('/') === 0) ?? '' });
}
