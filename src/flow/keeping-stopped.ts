/** What does not run when it is imported stays so, as if a person had stopped it: until somebody starts it. */
import type { Address } from '../model/address.ts';
import { openRecordedStore } from '../state/recorded.ts';
import type { Workspace } from './workspace.ts';

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
