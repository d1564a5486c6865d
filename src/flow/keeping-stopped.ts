/** What is stopped on purpose without a run that stops it, and what is so no more. The caller holds the lock of the project. */
import type { Address } from '../model/address.ts';
import { openRecordedStore } from '../state/recorded.ts';
import type { Workspace } from './workspace.ts';

/** What does not run when it is imported stays so, as if a person had stopped it: until somebody starts it. */
export async function keepStopped(
  { state }: Pick<Workspace, 'state'>,
  environment: string,
  stopped: readonly Address[],
): Promise<void> {
  const store = await openRecordedStore(state, environment);
  const known = store.get();
  if (stopped.every((address) => known.stopped.includes(address))) return;
  store.set({ ...known, stopped: [...new Set([...known.stopped, ...stopped])].toSorted() });
  await store.flush();
}

/** What a person brings back to what it was once is not what he has stopped: from now on it is meant to be as it is declared. */
export async function endStopped(
  { state }: Pick<Workspace, 'state'>,
  environment: string,
  address: Address,
): Promise<void> {
  const store = await openRecordedStore(state, environment);
  const { suspended = [], ...known } = store.get();
  if (!known.stopped.includes(address)) return;
  const others = (addresses: readonly Address[]): readonly Address[] => addresses.filter((one) => one !== address);
  const resting = others(suspended);
  store.set({ ...known, stopped: others(known.stopped), ...(resting.length === 0 ? {} : { suspended: resting }) });
  await store.flush();
}
